import { FirecampError, RequestFailedError } from '../domain/errors.ts';
import type { AddressOwner, StaticIpRecord } from '../domain/records.ts';
import { AddressRefusedError } from '../ports/addresses.ts';
import type { MemberPorts } from '../ports/member-ports.ts';
import { backoffMs, defaultRetry, type RetryPolicy } from '../runtime/retry.ts';
import { isOwnEpoch, readAddress, type SeenRecord, withState, writeOwner } from './address-record.ts';
import { detachFromHost } from './host-address.ts';
import { notLate, RecordTooOldError, requestTimeoutMs } from './no-late-requests.ts';

export interface DetachOptions {
  /** Take over a release that was cut off, under a new epoch. */
  readonly newEpoch: boolean;
  /** A request of ours or of a release that was cut off may still be in flight: never write `released`. */
  readonly inFlight: boolean;
  readonly policy: 'detach' | 'keep';
  /** Monotonic milliseconds at which everything must be over; no Unassign starts with less than its timeout left. */
  readonly endsAt: number;
  readonly signal: AbortSignal;
}

/** How far a detach came. */
export type DetachResult =
  /** The record says `released`: EC2 answered definitely, or the policy keeps the address on the interface. */
  | { readonly kind: 'released' }
  /** Off the host; EC2's part is not known to be done, the record says `releasing`. The next claim moves the address anyway. */
  | { readonly kind: 'incomplete'; readonly why: string; readonly error?: FirecampError };

type DetachPorts = Pick<MemberPorts, 'store' | 'addresses' | 'host' | 'clock' | 'random' | 'log'>;
type Owned = StaticIpRecord & { readonly owner: AddressOwner };

/**
 * Gives up an address that the record gives to us: `releasing`, off the host, detached from the interface that the record
 * names (which is our own), `released`. The caller holds the address's lock and has just read the record.
 *
 * @throws RecordConflictError when somebody newer took it before `releasing` was written: nothing else was touched then
 */
export async function detachAddress(
  ports: DetachPorts,
  seen: SeenRecord,
  options: DetachOptions,
): Promise<DetachResult> {
  const { signal } = options;
  const policy = leftOf(ports, options);
  const before = seen.stored.record as Owned;
  const epoch = before.owner.epoch + (options.newEpoch ? 1 : 0);
  const releasing = withState(before, before.owner, 'releasing', ports.clock.wall(), { epoch });
  let current = await writeOwner(ports, seen, releasing, signal, policy);
  await detachFromHost(ports, before.ip, signal);
  if (options.policy === 'detach') {
    const unassigned = await unassign(ports, current, releasing.owner, options);
    if (unassigned.kind === 'incomplete') return unassigned;
    current = unassigned.seen;
  }
  if (options.inFlight) return { kind: 'incomplete', why: 'an earlier request to EC2 may still arrive' };
  const released = withState(releasing, releasing.owner, 'released', ports.clock.wall());
  await writeOwner(ports, current, released, signal, leftOf(ports, options));
  return { kind: 'released' };
}

/** One attempt each; before every further one the record is read again, and it must still be ours. */
async function unassign(
  ports: DetachPorts,
  seen: SeenRecord,
  owner: AddressOwner,
  options: DetachOptions,
): Promise<Extract<DetachResult, { kind: 'incomplete' }> | { readonly kind: 'done'; readonly seen: SeenRecord }> {
  const { interfaceId, ip } = seen.stored.record;
  let current = seen;
  for (let attempt = 1; ; attempt++) {
    if (options.endsAt - ports.clock.monotonic() < requestTimeoutMs) {
      return { kind: 'incomplete', why: 'too little of the grace period is left to wait for EC2’s answer' };
    }
    const beforeSend = notLate(ports.clock, current.seenAt);
    try {
      await ports.addresses.unassign(interfaceId, ip, {
        beforeSend,
        timeoutMs: requestTimeoutMs,
        signal: options.signal,
      });
      return { kind: 'done', seen: current };
    } catch (error) {
      // Gone or refused is a definite answer: that interface does not hold the address.
      if (error instanceof AddressRefusedError) return { kind: 'done', seen: current };
      const again =
        error instanceof RecordTooOldError ||
        (error instanceof RequestFailedError && error.effect === 'none' && error.transient);
      if (!again) return incomplete(error);
      if (!(error instanceof RecordTooOldError)) {
        await ports.clock.sleep(backoffMs(defaultRetry, attempt, ports.random), { signal: options.signal });
      }
      current = await readAddress(ports, ip, options.signal, leftOf(ports, options));
      if (!isOwnEpoch(current.stored.record, owner)) {
        return { kind: 'incomplete', why: 'somebody newer took the address meanwhile; the rest is theirs' };
      }
    }
  }
}

function incomplete(error: unknown): Extract<DetachResult, { kind: 'incomplete' }> {
  if (!(error instanceof FirecampError)) throw error;
  return { kind: 'incomplete', why: error.message, error };
}

function leftOf(ports: DetachPorts, options: DetachOptions): RetryPolicy {
  return { ...defaultRetry, totalMs: Math.max(0, options.endsAt - ports.clock.monotonic()) };
}
