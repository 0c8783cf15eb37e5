import { isOwnEpoch, readAddress, type SeenRecord } from '../common/address/address-record.ts';
import { notLate, RecordTooOldError, requestTimeoutMs } from '../common/address/no-late-requests.ts';
import { type HolderStanding, judgeHolder } from '../common/domain/address-holder.ts';
import { ClaimRaceLostError } from '../common/domain/claim-errors.ts';
import { RequestFailedError } from '../common/domain/errors.ts';
import type { NodeInterface } from '../common/domain/node-interfaces.ts';
import type { AddressOwner } from '../common/domain/records.ts';
import { AddressRefusedError } from '../common/ports/addresses.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { backoffMs, defaultRetry } from '../common/runtime/retry.ts';

/** EC2's views lag: a refusal that the holder does not explain is met so many times before it is believed. */
const maxUnexplainedRefusals = 5;

export interface MoveTarget {
  readonly target: NodeInterface;
  readonly mine: Pick<AddressOwner, 'podUid' | 'epoch'>;
  readonly cluster: string;
  /**
   * Whether an interface of this cluster held the address when it was looked at. Otherwise the first try asks for it without
   * AllowReassignment, so that nothing is taken from a stranger who got it meanwhile.
   */
  readonly heldByCluster: boolean;
}

/** What requests of this run may have done or may still do. */
export interface Sent {
  /** An Assign was sent: a lost race has to be handed back. */
  assign: boolean;
  /** An Assign, this or an earlier one, was sent and not answered: it may still take effect. */
  unanswered: boolean;
}

/**
 * Moves the address to the target by one AssignPrivateIpAddresses, sent once; each further try reads the record first, and none is sent later
 * than `maxRecordAgeMs` after the record was last seen as ours. Never Unassign first: in between the address would be free.
 *
 * Cancel it only between requests (`signal` reaches waits and reads, never a sent Assign: its answer is needed to know what happened).
 *
 * @throws ClaimRaceLostError when the record names somebody else, refusals of EC2 that waiting does not cure
 */
export async function moveAddress(
  ports: MemberPorts,
  seen: SeenRecord,
  move: MoveTarget,
  sent: Sent,
  signals: { readonly signal: AbortSignal; readonly deadline: AbortSignal },
): Promise<SeenRecord> {
  const { ip } = seen.stored.record;
  let current = seen;
  let reassign = move.heldByCluster;
  for (let attempt = 1; ; attempt++) {
    signals.signal.throwIfAborted();
    const unansweredBefore = sent.unanswered;
    try {
      const check = notLate(ports.clock, current.seenAt);
      const beforeSend = () => {
        check();
        sent.assign = true;
        sent.unanswered = true;
      };
      await ports.addresses.assign(move.target.id, ip, {
        beforeSend,
        reassign,
        timeoutMs: requestTimeoutMs,
        signal: signals.deadline,
      });
      sent.unanswered = unansweredBefore;
      return current;
    } catch (error) {
      if (error instanceof AddressRefusedError) {
        sent.unanswered = unansweredBefore;
        const holder = await explainRefusal(ports, error, current, move, attempt, signals.signal);
        // An earlier try of ours arrived after all; the confirmation is to follow.
        if (holder === 'wanted') return current;
        reassign = holder === 'cluster';
      } else if (error instanceof RequestFailedError && error.transient) {
        if (error.effect === 'none') sent.unanswered = unansweredBefore;
        ports.log.warn('EC2 did not assign the address; trying again', { ip, attempt, error });
      } else if (!(error instanceof RecordTooOldError)) throw error;
      if (!(error instanceof RecordTooOldError)) {
        await ports.clock.sleep(backoffMs(defaultRetry, attempt, ports.random), { signal: signals.signal });
      }
    }
    current = await readAddress(ports, ip, signals.signal);
    if (!isOwnEpoch(current.stored.record, move.mine)) throw new ClaimRaceLostError(ip, current.stored.record);
  }
}

/** Looks at who holds the address: throws what the refusal means, or says whose it is for the next try. */
async function explainRefusal(
  ports: MemberPorts,
  refusal: AddressRefusedError,
  seen: SeenRecord,
  move: MoveTarget,
  attempt: number,
  signal: AbortSignal,
): Promise<HolderStanding> {
  if (refusal.refusal !== 'invalid') throw refusal;
  const { record } = seen.stored;
  const holder = await ports.addresses.findHolder(record.ip, { vpcId: move.target.vpcId }, { signal });
  const standing = judgeHolder(holder, record, move.cluster, move.target.id);
  if (standing !== 'wanted' && attempt >= maxUnexplainedRefusals) throw refusal;
  return standing;
}
