import { FirecampError } from '../../common/domain/errors.ts';
import type { MemberRecord } from '../../common/domain/records.ts';
import type { Volume } from '../../common/ports/volumes.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { backoffMs, type RetryPolicy } from '../../common/runtime/retry.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { paced } from '../paced.ts';

/** A volume of a node that died is detached by force after six minutes (Kubernetes, attach-detach controller). */
const policy: RetryPolicy = { firstDelayMs: 500, maxDelayMs: 5_000, totalMs: 480_000 };

/** Volumes that are deleted at a time, out of a bucket of 50 (EC2 API reference, "Request throttling"). */
const volumesAtOnce = 8;

/** Which volumes are meant: all of the service, or those of some members. */
export interface VolumesOf {
  readonly serviceUuid: string;
  readonly members: readonly MemberRecord[];
  /** Also volumes that a creation has made and that no record names yet: of every member, or of these. */
  readonly tagged: 'all' | ReadonlySet<string>;
}

/** Says which EBS volumes stay: they hold data, and nobody asked for their deletion. */
export async function keepVolumes(operation: Operation, of: VolumesOf): Promise<Change[]> {
  const found = await findVolumes(operation, of);
  return found.map(({ id }) => ({
    action: 'keep',
    kind: 'volume',
    name: id,
    detail: 'its data was not asked to be deleted',
  }));
}

/**
 * Deletes the EBS volumes with all that is on them, once they are detached; they are looked at together, not one by one. A volume that is
 * tagged as another service's is left, whatever a record says.
 *
 * @throws FirecampError FC-VOL-001 that names the volumes which are still attached after eight minutes, and to what
 */
export async function deleteVolumes(operation: Operation, of: VolumesOf): Promise<Change[]> {
  const found = await findVolumes(operation, of);
  const [own, strange] = [found.filter((one) => !isOthers(one, of)), found.filter((one) => isOthers(one, of))];
  const kept = strange.map(({ id, tags }): Change => {
    return {
      action: 'keep',
      kind: 'volume',
      name: id,
      detail: `it is tagged as the service ${tags['firecamp-service'] ?? tags['firecamp-service-uuid']}’s`,
    };
  });
  const deleted = own.map(
    ({ id }): Change => ({ action: 'delete', kind: 'volume', name: id, detail: 'with its data' }),
  );
  if (operation.dryRun === 'none' && own.length > 0) {
    await step(operation, { step: 'delete volumes' }, () => deleteAll(operation, own));
  }
  return [...deleted, ...kept];
}

async function findVolumes({ ports, settings, signal }: Operation, of: VolumesOf): Promise<Volume[]> {
  const tags = { 'firecamp-cluster': settings.cluster, 'firecamp-service-uuid': of.serviceUuid };
  const tagged = (await ports.volumes.findByTags(tags, { signal })).filter(
    ({ tags: { 'firecamp-member': member = '' } }) => {
      return of.tagged === 'all' || of.tagged.has(member);
    },
  );
  const known = new Map(tagged.map((volume) => [volume.id, volume]));
  const named = of.members.flatMap(({ volumes: { primaryVolumeId, journalVolumeId } }) => [
    primaryVolumeId,
    journalVolumeId,
  ]);
  const others = [...new Set(named)].filter((id) => id !== '' && !known.has(id));
  if (others.length > 0) {
    for (const volume of await ports.volumes.describe(others, { signal })) known.set(volume.id, volume);
  }
  return [...known.values()].filter(isThere).sort((one, other) => (one.id < other.id ? -1 : 1));
}

function isThere({ state }: Volume): boolean {
  return state !== 'deleting' && state !== 'deleted';
}

function isOthers({ tags }: Volume, { serviceUuid }: VolumesOf): boolean {
  return (tags['firecamp-service-uuid'] ?? serviceUuid) !== serviceUuid;
}

async function deleteAll(operation: Operation, volumes: readonly Volume[]): Promise<void> {
  const { ports, signal } = operation;
  const start = ports.clock.monotonic();
  const inTime = paced(ports);
  let left = volumes;
  for (let turn = 1; ; turn++) {
    const free = left.filter(({ instanceIds, state }) => instanceIds.length === 0 && state !== 'creating');
    const gone = await bounded(signal, free, volumesAtOnce, async ({ id }, joined) => {
      const answer = await inTime(joined, () => ports.volumes.delete(id, { signal: joined }));
      return answer === 'inUse' ? [] : [id];
    });
    const done = new Set(gone.flat());
    left = left.filter(({ id }) => !done.has(id));
    if (left.length === 0) return;
    const waitMs = backoffMs(policy, turn, ports.random);
    if (ports.clock.monotonic() - start + waitMs > policy.totalMs) throw stillAttached(left);
    operation.progress({ step: 'delete volumes', state: 'waiting', detail: `for ${left.map(whereItIs).join('; ')}` });
    await ports.clock.sleep(waitMs, { signal });
    const ids = left.map(({ id }) => id);
    left = (await ports.volumes.describe(ids, { signal })).filter(isThere);
    if (left.length === 0) return;
  }
}

function whereItIs({ id, state, instanceIds }: Volume): string {
  return instanceIds.length === 0 ? `${id} (${state})` : `${id} (attached to ${instanceIds.join(', ')})`;
}

function stillAttached(volumes: readonly Volume[]): FirecampError {
  const faults = volumes.map(whereItIs);
  const message = `Volumes could not be deleted: ${faults.join('; ')}. What is deleted so far stays deleted.`;
  return new FirecampError('FC-VOL-001', message, { fields: { faults } });
}
