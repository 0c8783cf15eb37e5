import type { ServiceDefinition, VolumeDefinition } from '../definition/service-definition.ts';
import type { KubeObject } from './kube-object.ts';
import { clusterScoped, storageName } from './names.ts';
import type { ServiceFacts } from './service-facts.ts';
import { volumesOf } from './volumes-of-service.ts';

/** The EBS CSI driver (github.com/kubernetes-sigs/aws-ebs-csi-driver). */
export const ebsDriver = 'ebs.csi.aws.com';

/** The StorageClasses of a service: cluster-scoped, so no two namespaces may have a service of one name; a label says whose they are. */
export function storageClasses(service: ServiceDefinition, facts: ServiceFacts): KubeObject[] {
  return volumesOf(service).map(({ kind, volume }) => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: clusterScoped(service, facts, storageName(service.name, kind)),
    provisioner: ebsDriver,
    parameters: parameters(volume),
    // A member's data outlives its claim: whoever deletes a claim by mistake has not deleted the data.
    reclaimPolicy: 'Retain',
    // A volume that is bound at once may be in a zone where its pod cannot run.
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  }));
}

/** All values are strings, and IOPS are the total (`iopsPerGB` is another thing) (aws-ebs-csi-driver, docs/parameters.md). */
function parameters(volume: VolumeDefinition): Record<string, string> {
  return {
    type: volume.volumeType,
    ...(volume.iops === undefined ? {} : { iops: String(volume.iops) }),
    ...(volume.throughput === undefined ? {} : { throughput: String(volume.throughput) }),
    encrypted: String(volume.encrypted),
    ...(volume.encrypted && volume.kmsKeyId !== undefined ? { kmsKeyId: volume.kmsKeyId } : {}),
    'csi.storage.k8s.io/fstype': 'xfs',
  };
}
