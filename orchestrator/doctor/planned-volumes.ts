import type { MemberRecord, ServiceVolume } from '../../common/domain/records.ts';
import type { VolumeUse } from '../../common/ports/volumes.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { volumesOf } from '../manifests/volumes-of-service.ts';
import type { KnownService } from './facts/inventory.ts';

/** What volumes take together, by volume type; IOPS as far as they were asked for. */
export type VolumesByType = ReadonlyMap<string, VolumeUse>;

type Size = Pick<ServiceVolume, 'volumeType' | 'sizeGb'> & { readonly iops: number | undefined };

/** The volumes that these members of the service do not have yet. */
export function volumesToCome(
  service: ServiceDefinition,
  memberNames: readonly string[],
  there: readonly MemberRecord[],
): VolumesByType {
  const known = new Map(there.map(({ memberName, volumes }) => [memberName, volumes]));
  const missing = memberNames.flatMap((name) => {
    const ids = known.get(name);
    const has = { data: Boolean(ids?.primaryVolumeId), journal: Boolean(ids?.journalVolumeId) };
    return volumesOf(service).flatMap(({ kind, volume }) => (has[kind] ? [] : [volume]));
  });
  return together(missing);
}

/** What so many members more take, of whichever recorded service takes most of each type. */
export function volumesOfMore(members: number, inventory: readonly KnownService[]): VolumesByType {
  const most = new Map<string, VolumeUse>();
  for (const { volumes } of inventory) {
    for (const [type, { sizeGb, iops }] of together(volumes)) {
      const before = most.get(type) ?? { sizeGb: 0, iops: 0 };
      most.set(type, {
        sizeGb: Math.max(before.sizeGb, sizeGb * members),
        iops: Math.max(before.iops, iops * members),
      });
    }
  }
  return most;
}

function together(volumes: readonly Size[]): VolumesByType {
  const sum = new Map<string, VolumeUse>();
  for (const { volumeType, sizeGb, iops = 0 } of volumes) {
    const before = sum.get(volumeType) ?? { sizeGb: 0, iops: 0 };
    sum.set(volumeType, { sizeGb: before.sizeGb + sizeGb, iops: before.iops + iops });
  }
  return sum;
}
