import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { KubeObject } from './kube-object.ts';
import { clusterScoped, memberName, namespaced, storageName, type VolumeKind } from './names.ts';
import { storageQuantity } from './quantity.ts';
import type { ServiceFacts } from './service-facts.ts';
import { ebsDriver } from './storage-class.ts';
import { volumeClaimSpec } from './volume-claim.ts';

/** An EBS volume that is there, and which member's it is. */
export interface MemberVolume {
  readonly kind: VolumeKind;
  readonly ordinal: number;
  readonly volumeId: string;
  readonly sizeGb: number;
  readonly zone: string;
  /** Label that nodes tell their subnet with, and the subnet of the member's address, where both are known. */
  readonly subnet: { readonly label: string; readonly id: string } | undefined;
}

/** The parts of a service that its volumes' objects say. */
export type VolumeService = Pick<ServiceDefinition, 'name' | 'cluster' | 'namespace'>;

export function persistentVolumeName(
  service: string,
  { kind, ordinal }: Pick<MemberVolume, 'kind' | 'ordinal'>,
): string {
  return `${service}-${kind}-pv-${memberName(service, ordinal)}`;
}

export function volumeClaimName(service: string, { kind, ordinal }: Pick<MemberVolume, 'kind' | 'ordinal'>): string {
  return `${storageName(service, kind)}-${memberName(service, ordinal)}`;
}

/** The PersistentVolume of a member's EBS volume. */
export function memberPersistentVolume(
  service: VolumeService,
  facts: Pick<ServiceFacts, 'serviceUuid'>,
  volume: MemberVolume,
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: clusterScoped(service, facts, persistentVolumeName(service.name, volume)),
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: storageQuantity(volume.sizeGb) },
      // Bound beforehand: no other claim of this class can take the volume.
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        namespace: service.namespace,
        name: volumeClaimName(service.name, volume),
      },
      csi: { driver: ebsDriver, fsType: 'xfs', volumeHandle: volume.volumeId },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: whereItIs(volume) }] } },
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: storageName(service.name, volume.kind),
      volumeMode: 'Filesystem',
    },
  };
}

/**
 * A pod template is the same for all members, so the volume is what ties a member to its zone, and where nodes tell their subnet,
 * to the subnet of its address.
 */
function whereItIs({ zone, subnet }: MemberVolume) {
  const inZone = { key: `topology.${ebsDriver}/zone`, operator: 'In', values: [zone] };
  return subnet === undefined ? [inZone] : [inZone, { key: subnet.label, operator: 'In', values: [subnet.id] }];
}

/** The claim of that volume, by the name that the StatefulSet's pod looks for. */
export function memberVolumeClaim(
  service: VolumeService,
  facts: Pick<ServiceFacts, 'serviceUuid'>,
  volume: MemberVolume,
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: namespaced(service, facts, volumeClaimName(service.name, volume)),
    spec: {
      ...volumeClaimSpec(volume, storageName(service.name, volume.kind)),
      volumeName: persistentVolumeName(service.name, volume),
    },
  };
}
