import { isUnknown, RequestFailedError } from '../domain/errors.ts';
import { type AddressOwner, type ClaimState, maxPastInterfaces, type StaticIpRecord } from '../domain/records.ts';
import type { MemberPorts } from '../ports/member-ports.ts';
import { RecordConflictError, type Stored } from '../ports/record-store.ts';
import { defaultRetry, type RetryPolicy, retryTransient } from '../runtime/retry.ts';

type RecordPorts = Pick<MemberPorts, 'store' | 'clock' | 'random'>;

/** An address record, and when it certainly was as it is here. */
export interface SeenRecord {
  readonly stored: Stored<StaticIpRecord>;
  /** Monotonic milliseconds at which the request that showed it was sent: it was seen no earlier. */
  readonly seenAt: number;
}

/** Reads the record afresh, trying again while the store fails transiently. */
export async function readAddress(
  ports: RecordPorts,
  ip: string,
  signal: AbortSignal,
  policy: RetryPolicy = defaultRetry,
): Promise<SeenRecord> {
  return retryTransient(
    async () => {
      const seenAt = ports.clock.monotonic();
      return { stored: await ports.store.get('staticIp', { ip }, { signal }), seenAt };
    },
    policy,
    { clock: ports.clock, random: ports.random, signal },
  );
}

/**
 * Compare-and-set of the owner. No answer is resolved by reading again: the record that names this pod, epoch and state is our
 * own write. A lost race rejects with `RecordConflictError`, which carries the winner.
 */
export async function writeOwner(
  ports: RecordPorts,
  current: SeenRecord,
  next: StaticIpRecord & { readonly owner: AddressOwner },
  signal: AbortSignal,
  policy: RetryPolicy = defaultRetry,
): Promise<SeenRecord> {
  let base = current.stored;
  return retryTransient(
    async () => {
      const seenAt = ports.clock.monotonic();
      try {
        return { stored: await ports.store.update('staticIp', base, next, { signal }), seenAt };
      } catch (error) {
        if (error instanceof RecordConflictError) {
          const winner = error.current as Stored<StaticIpRecord> | undefined;
          if (winner !== undefined && isWrite(winner.record, next.owner)) return { stored: winner, seenAt };
          throw error;
        }
        if (!isUnknown(error) || !(error instanceof RequestFailedError) || error.effect === 'none') throw error;
        const now = await readAddress(ports, next.ip, signal, policy);
        if (isWrite(now.stored.record, next.owner)) return now;
        if (now.stored.version !== base.version) throw new RecordConflictError(`record of ${next.ip}`, now.stored);
        // Not there yet: the write may still arrive, but then our next try meets it as a conflict that names ourselves.
        base = now.stored;
        throw error;
      }
    },
    policy,
    { clock: ports.clock, random: ports.random, signal },
  );
}

/** Whether the record is exactly what this owner wrote: one epoch is written once for each state. */
function isWrite(record: StaticIpRecord, owner: AddressOwner): boolean {
  return isOwnEpoch(record, owner) && record.owner?.state === owner.state;
}

/** Whether the record still names this pod under this epoch. */
export function isOwnEpoch(record: StaticIpRecord, owner: Pick<AddressOwner, 'podUid' | 'epoch'>): boolean {
  return record.owner?.podUid === owner.podUid && record.owner.epoch === owner.epoch;
}

/** The record with its owner in another state, under the same or a later epoch. */
export function withState(
  record: StaticIpRecord,
  owner: AddressOwner,
  state: ClaimState,
  wallMs: number,
  changes: Partial<Pick<AddressOwner, 'epoch' | 'phaseMillis'>> = {},
): StaticIpRecord & { readonly owner: AddressOwner } {
  return { ...record, owner: { ...owner, ...changes, state, changedAt: new Date(wallMs).toISOString() } };
}

/** The interfaces that the record has named, this one first, for `pastInterfaceIds` of a record that names a new one. */
export function rememberInterface(record: StaticIpRecord, next: string): string[] {
  const all = [record.interfaceId, ...record.pastInterfaceIds].filter((id) => id !== '' && id !== next);
  return [...new Set(all)].slice(0, maxPastInterfaces);
}
