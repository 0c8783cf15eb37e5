import { readAddress, type SeenRecord } from '../common/address/address-record.ts';
import { notLate, RecordTooOldError, requestTimeoutMs } from '../common/address/no-late-requests.ts';
import { RequestFailedError } from '../common/domain/errors.ts';
import { AddressRefusedError } from '../common/ports/addresses.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { backoffMs, defaultRetry } from '../common/runtime/retry.ts';

/**
 * A lost race after our Assign was sent: EC2 moves the address for whoever asks last, which may have been us. Gives it to the owner that the
 * record names, and looks again until the record no longer changes. A record that is `releasing` or `released` wants nothing back.
 *
 * Runs under a deadline of its own: the SIGTERM that ends a claim does not cut it short.
 *
 * @returns whether the owner that the record names was given the address, or wants none
 */
export async function handBack(ports: MemberPorts, ip: string, deadline: AbortSignal): Promise<boolean> {
  let seen = await readAddress(ports, ip, deadline);
  for (let attempt = 1; ; attempt++) {
    const { record } = seen.stored;
    const state = record.owner?.state;
    if (state !== 'claiming' && state !== 'owned') return true;
    ports.log.warn('handing the address back to the owner that the record names', {
      ip,
      owner: record.owner?.podUid,
      interfaceId: record.interfaceId,
    });
    const given = await give(ports, seen, attempt, deadline);
    if (given === 'refused') return false;
    const again = await readAddress(ports, ip, deadline);
    if (given === 'done' && again.stored.version === seen.stored.version) return true;
    seen = again;
  }
}

async function give(
  ports: MemberPorts,
  seen: SeenRecord,
  attempt: number,
  signal: AbortSignal,
): Promise<'done' | 'again' | 'refused'> {
  const { ip, interfaceId } = seen.stored.record;
  const beforeSend = notLate(ports.clock, seen.seenAt);
  try {
    await ports.addresses.assign(interfaceId, ip, { beforeSend, reassign: true, timeoutMs: requestTimeoutMs, signal });
    return 'done';
  } catch (error) {
    if (error instanceof AddressRefusedError) {
      ports.log.error('EC2 refused to hand the address back', { ip, interfaceId, error });
      return 'refused';
    }
    if (error instanceof RecordTooOldError) return 'again';
    if (!(error instanceof RequestFailedError) || !error.transient) throw error;
    await ports.clock.sleep(backoffMs(defaultRetry, attempt, ports.random), { signal });
    return 'again';
  }
}
