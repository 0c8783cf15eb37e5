import { isOwnEpoch, readAddress, type SeenRecord } from '../common/address/address-record.ts';
import { ClaimRaceLostError } from '../common/domain/claim-errors.ts';
import type { NodeInterface } from '../common/domain/node-interfaces.ts';
import type { AddressOwner } from '../common/domain/records.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { pollUntil, type RetryPolicy } from '../common/runtime/retry.ts';
import { together } from '../common/runtime/together.ts';

/** EC2's remap is asynchronous and no latency is published (EC2 user guide, "Secondary IP addresses"): ask soon, and for long. */
const confirmPolicy: RetryPolicy = { firstDelayMs: 100, maxDelayMs: 1000, totalMs: 60_000 };

/** So long may EC2's view lag before an address that it shows elsewhere is assigned again. Milliseconds. */
const believedElsewhereAfterMs = 3000;

/** Seen from all sides, or held elsewhere although the record is still ours: assign again. */
export type Confirmation = { readonly kind: 'held'; readonly seen: SeenRecord } | { readonly kind: 'elsewhere' };

/**
 * Waits until EC2 names our interface *and* the instance metadata lists the address: each alone can be stale. The record is read beside
 * them at every look and must still be ours.
 *
 * @throws ClaimRaceLostError, DeadlineExceededError
 */
export async function confirmAddress(
  ports: MemberPorts,
  ip: string,
  target: NodeInterface,
  mine: Pick<AddressOwner, 'podUid' | 'epoch'>,
  signal: AbortSignal,
): Promise<Confirmation> {
  const start = ports.clock.monotonic();
  let view = 'not asked yet';
  const look = async (): Promise<Confirmation | undefined> => {
    const [seen, described, local] = await together(signal, [
      (joined) => readAddress(ports, ip, joined),
      (joined) => ports.addresses.describe(target.id, { signal: joined }),
      (joined) => ports.metadata.localAddresses(target.mac, { signal: joined }),
    ]);
    if (!isOwnEpoch(seen.stored.record, mine)) throw new ClaimRaceLostError(ip, seen.stored.record);
    const inEc2 = described?.addresses.includes(ip) ?? false;
    const inMetadata = local.includes(ip);
    view = `EC2 ${inEc2 ? 'lists' : 'does not list'} it, the instance metadata ${inMetadata ? 'lists' : 'does not list'} it`;
    if (inEc2 && inMetadata) return { kind: 'held', seen };
    if (!inEc2 && ports.clock.monotonic() - start > believedElsewhereAfterMs) return { kind: 'elsewhere' };
    return undefined;
  };
  return pollUntil(look, () => `${ip} on ${target.id} was not confirmed in time: ${view}.`, confirmPolicy, {
    clock: ports.clock,
    random: ports.random,
    signal,
  });
}
