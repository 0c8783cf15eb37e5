import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { KubeObject } from './kube-object.ts';
import { type MemberVolume, memberPersistentVolume, memberVolumeClaim } from './member-volume.ts';
import type { ClusterFacts, MemberFacts, ServiceFacts } from './service-facts.ts';
import { volumesOf } from './volumes-of-service.ts';

/** For each EBS volume that a member has: a PersistentVolume and the claim of it that the StatefulSet's pod looks for. */
export function persistentVolumes(
  service: ServiceDefinition,
  facts: ServiceFacts,
  cluster: Pick<ClusterFacts, 'subnetLabel'>,
): KubeObject[] {
  return facts.members
    .flatMap((member) => volumesOfMember(service, member, cluster))
    .flatMap((volume) => [memberPersistentVolume(service, facts, volume), memberVolumeClaim(service, facts, volume)]);
}

function volumesOfMember(
  service: ServiceDefinition,
  { ordinal, zone, subnetId, dataVolumeId, journalVolumeId }: MemberFacts,
  { subnetLabel }: Pick<ClusterFacts, 'subnetLabel'>,
): MemberVolume[] {
  const known = subnetLabel !== undefined && subnetId !== undefined;
  const subnet = known ? { label: subnetLabel, id: subnetId } : undefined;
  return volumesOf(service).flatMap(({ kind, volume: { sizeGb } }) => {
    const volumeId = kind === 'data' ? dataVolumeId : journalVolumeId;
    return volumeId === undefined ? [] : [{ kind, ordinal, volumeId, sizeGb, zone, subnet }];
  });
}
