import type { Volume } from '../../common/ports/volumes.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { memberName } from '../manifests/names.ts';
import { volumesOf } from '../manifests/volumes-of-service.ts';
import { type Operation, step } from '../operation.ts';
import { paced } from '../paced.ts';
import { awaitVolumes } from './await-volumes.ts';
import { createVolume, isThere } from './create-volume.ts';
import { type VolumeWish, volumeFaults, volumesUnusable } from './volume-faults.ts';

/** A member that shall have volumes. */
export interface VolumeMember {
  readonly ordinal: number;
  readonly zone: string;
  /** Ids that its record has; empty for none. */
  readonly dataVolumeId: string;
  readonly journalVolumeId: string;
}

/** The volumes of a member; empty ids where the service has none. */
export interface VolumeIds {
  readonly dataVolumeId: string;
  readonly journalVolumeId: string;
}

/** Every member's volumes, and the ids of those that were made now. */
export interface MemberVolumes {
  readonly ids: ReadonlyMap<number, VolumeIds>;
  readonly made: readonly string[];
}

/** Volumes that are asked for at a time, out of a bucket of 100 (EC2 API reference, "Request throttling"). */
const volumesAtOnce = 8;

/**
 * The EBS volumes of these members: those that their records name, else those that carry their tags, else new ones; all of them usable
 * when this returns. Found with one question for all; EC2 makes volumes one by one only.
 *
 * @throws FirecampError FC-VOL-001 that lists every volume which is gone, or of the wrong zone, size or state; FC-CLM-006 when a new one
 * is not available in time
 */
export async function ensureVolumes(
  operation: Operation,
  definition: ServiceDefinition,
  serviceUuid: string,
  members: readonly VolumeMember[],
): Promise<MemberVolumes> {
  const wishes = volumeWishes(definition, members);
  if (wishes.length === 0) return { ids: new Map(members.map((one) => [one.ordinal, one])), made: [] };
  return await step(operation, { step: 'create volumes' }, async () => {
    const found = await findVolumes(operation, serviceUuid, wishes);
    const faults = volumeFaults(wishes, found);
    if (faults.length > 0) throw volumesUnusable(definition.name, faults);
    const missing = wishes.filter((wish) => !found.has(wish));
    const inTime = paced(operation.ports);
    const made = await bounded(operation.signal, missing, volumesAtOnce, async (wish, signal) => {
      const volume = await createVolume({ ...operation, signal, inTime }, definition, serviceUuid, wish);
      operation.progress({ step: 'create volumes', member: wish.member, state: 'done', detail: volume.id });
      return [wish, volume] as const;
    });
    const all = new Map([...found, ...made]);
    await awaitVolumes(operation, [...all.values()]);
    return { ids: idsOf(members, all), made: made.map(([, { id }]) => id) };
  });
}

/** The volumes that the members shall have. */
function volumeWishes(
  definition: Pick<ServiceDefinition, 'name' | 'dataVolume' | 'journalVolume'>,
  members: readonly VolumeMember[],
): VolumeWish[] {
  return members.flatMap((member) =>
    volumesOf(definition).map(({ kind, volume }) => ({
      ...{ ordinal: member.ordinal, member: memberName(definition.name, member.ordinal), zone: member.zone },
      ...{ use: kind, volume, volumeId: kind === 'data' ? member.dataVolumeId : member.journalVolumeId },
    })),
  );
}

/** What there is for each wish: by the id in the record, else by the tags of the service's volumes. */
async function findVolumes(
  { ports, settings, signal }: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  serviceUuid: string,
  wishes: readonly VolumeWish[],
): Promise<Map<VolumeWish, Volume>> {
  const tags = { 'firecamp-cluster': settings.cluster, 'firecamp-service-uuid': serviceUuid };
  const tagged = (await ports.volumes.findByTags(tags, { signal })).filter(isThere);
  const known = new Map(tagged.map((volume) => [volume.id, volume]));
  // FireCamp's own volumes have none of these tags.
  const others = wishes.flatMap(({ volumeId }) => (volumeId === '' || known.has(volumeId) ? [] : [volumeId]));
  if (others.length > 0) {
    for (const volume of await ports.volumes.describe(others, { signal })) known.set(volume.id, volume);
  }
  const byUse = Map.groupBy(tagged.sort(byId), ({ tags: own }) =>
    useKey(own['firecamp-member'], own['firecamp-volume']),
  );
  const found = wishes.flatMap((wish): [VolumeWish, Volume][] => {
    const volume = wish.volumeId === '' ? byUse.get(useKey(wish.member, wish.use))?.[0] : known.get(wish.volumeId);
    return volume === undefined ? [] : [[wish, volume]];
  });
  return new Map(found);
}

function byId(one: Volume, other: Volume): number {
  return one.id < other.id ? -1 : Number(one.id > other.id);
}

function useKey(member: string | undefined, use: string | undefined): string {
  return `${member}/${use}`;
}

function idsOf(members: readonly VolumeMember[], all: ReadonlyMap<VolumeWish, Volume>): Map<number, VolumeIds> {
  const byMember = Map.groupBy(all, ([{ ordinal }]) => ordinal);
  return new Map(
    members.map(({ ordinal }) => {
      const own = byMember.get(ordinal) ?? [];
      const idOf = (use: VolumeWish['use']) => own.find(([wish]) => wish.use === use)?.[1].id ?? '';
      return [ordinal, { dataVolumeId: idOf('data'), journalVolumeId: idOf('journal') }];
    }),
  );
}
