import type { ServiceDefinition, VolumeDefinition } from '../definition/service-definition.ts';
import type { KubeObject } from './kube-object.ts';
import { memberName, namespaced, serviceLabels, storageName, type VolumeKind } from './names.ts';
import { storageQuantity } from './quantity.ts';
import type { ClusterFacts, MemberFacts, ServiceFacts } from './service-facts.ts';
import { ebsDriver } from './storage-class.ts';
import { volumeClaimSpec } from './volume-claim.ts';
import { volumesOf } from './volumes-of-service.ts';

/** An EBS volume that is there, and which member's it is. */
interface MemberVolume {
  readonly kind: VolumeKind;
  readonly volume: VolumeDefinition;
  readonly volumeId: string;
  readonly member: MemberFacts;
}

/** For each EBS volume that a member has: a PersistentVolume and the claim of it that the StatefulSet's pod looks for. */
export function persistentVolumes(
  service: ServiceDefinition,
  facts: ServiceFacts,
  cluster: Pick<ClusterFacts, 'subnetLabel'>,
): KubeObject[] {
  const volumes = facts.members.flatMap((member) =>
    volumesOf(service).flatMap(({ kind, volume }): MemberVolume[] => {
      const volumeId = kind === 'data' ? member.dataVolumeId : member.journalVolumeId;
      return volumeId === undefined ? [] : [{ kind, volume, volumeId, member }];
    }),
  );
  return volumes.flatMap((one) => [persistentVolume(service, facts, cluster, one), claim(service, facts, one)]);
}

function volumeName(service: string, { kind, member }: MemberVolume): string {
  return `${service}-${kind}-pv-${memberName(service, member.ordinal)}`;
}

function claimName(service: string, { kind, member }: MemberVolume): string {
  return `${storageName(service, kind)}-${memberName(service, member.ordinal)}`;
}

function persistentVolume(
  service: ServiceDefinition,
  facts: ServiceFacts,
  cluster: Pick<ClusterFacts, 'subnetLabel'>,
  one: MemberVolume,
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName(service.name, one), labels: serviceLabels(service, facts) },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: storageQuantity(one.volume.sizeGb) },
      // Bound beforehand: no other claim of this class can take the volume.
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        namespace: service.namespace,
        name: claimName(service.name, one),
      },
      csi: { driver: ebsDriver, fsType: 'xfs', volumeHandle: one.volumeId },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: whereItIs(one.member, cluster) }] } },
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: storageName(service.name, one.kind),
      volumeMode: 'Filesystem',
    },
  };
}

/**
 * A pod template is the same for all members, so the volume is what ties a member to its zone, and where nodes tell their subnet,
 * to the subnet of its address.
 */
function whereItIs(member: MemberFacts, { subnetLabel }: Pick<ClusterFacts, 'subnetLabel'>) {
  const zone = { key: `topology.${ebsDriver}/zone`, operator: 'In', values: [member.zone] };
  if (subnetLabel === undefined || member.subnetId === undefined) return [zone];
  return [zone, { key: subnetLabel, operator: 'In', values: [member.subnetId] }];
}

function claim(service: ServiceDefinition, facts: ServiceFacts, one: MemberVolume): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: namespaced(service, facts, claimName(service.name, one)),
    spec: {
      ...volumeClaimSpec(one.volume, storageName(service.name, one.kind)),
      volumeName: volumeName(service.name, one),
    },
  };
}
