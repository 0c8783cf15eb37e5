import { isOwnEpoch, readAddress } from '../common/address/address-record.ts';
import { detachAddress } from '../common/address/detach-address.ts';
import { detachFromHost } from '../common/address/host-address.ts';
import { ClaimRaceLostError } from '../common/domain/claim-errors.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { deadlineAfter } from '../common/runtime/deadline.ts';
import type { OwnedRecord } from './claim-intent.ts';
import type { ClaimSignals } from './claim-signals.ts';
import type { ClaimConfig } from './config.ts';
import { handBack } from './hand-back.ts';
import type { Sent } from './move-address.ts';

/** A hand-back runs until it is done or this is over, whatever signal ends the claim. Milliseconds. */
const handBackMs = 60_000;

/** An undo has to fit into what is left of a pod's grace period. Milliseconds. */
const undoMs = 15_000;

/**
 * Puts right what a claim that fails after its intent has done:
 * - the race was lost: off the host, and back to the winner if our Assign was sent;
 * - interrupted after an Assign was sent: undone, as a release. Before it, the record stays `claiming` and is the stop container's;
 * - anything else: left as it is; the next run goes on from the record.
 *
 * Never throws: the failure that led here is the one to report.
 */
export async function abandonClaim(
  ports: MemberPorts,
  config: ClaimConfig,
  record: OwnedRecord,
  sent: Sent,
  failure: unknown,
  signals: ClaimSignals,
): Promise<void> {
  try {
    if (failure instanceof ClaimRaceLostError) await giveBack(ports, record, sent);
    else if (signals.interrupt.aborted && sent.assign) await undo(ports, config, record, sent);
  } catch (error) {
    ports.log.error('the abandoned claim could not be put right; the guard or the next claim will', {
      ip: record.ip,
      error,
    });
  }
}

async function giveBack(ports: MemberPorts, record: OwnedRecord, sent: Sent): Promise<void> {
  using deadline = deadlineAfter(ports.clock, handBackMs, 'handing the address back');
  await detachFromHost(ports, record.ip, deadline.signal);
  if (sent.assign) await handBack(ports, record.ip, deadline.signal);
}

async function undo(ports: MemberPorts, config: ClaimConfig, record: OwnedRecord, sent: Sent): Promise<void> {
  using deadline = deadlineAfter(ports.clock, undoMs, 'undoing the claim');
  const seen = await readAddress(ports, record.ip, deadline.signal);
  if (!isOwnEpoch(seen.stored.record, record.owner)) return giveBack(ports, record, sent);
  const result = await detachAddress(ports, seen, {
    newEpoch: false,
    inFlight: sent.unanswered,
    policy: config.detachPolicy,
    endsAt: ports.clock.monotonic() + undoMs,
    signal: deadline.signal,
  });
  ports.log.info('the interrupted claim was undone', { ip: record.ip, result: result.kind });
}
