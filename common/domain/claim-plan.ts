import { type Holder, type HolderStanding, judgeHolder } from './address-holder.ts';
import { SupersededError } from './claim-errors.ts';
import { type Claimant, standing } from './claim-order.ts';
import { FirecampError } from './errors.ts';
import { chooseInterface, type NodeInterface } from './node-interfaces.ts';
import type { StaticIpRecord } from './records.ts';

/** Everything that was observed before a claim decides. */
export interface ClaimObservation {
  readonly me: Claimant;
  readonly record: StaticIpRecord;
  readonly serviceUuid: string;
  readonly cluster: string;
  readonly instanceId: string;
  readonly vpcCniPossible: boolean;
  readonly interfaces: readonly NodeInterface[];
  readonly holder: Holder | undefined;
}

/** What the claim will do. */
export interface ClaimPlan {
  readonly target: NodeInterface;
  readonly epoch: number;
  readonly holder: HolderStanding;
  /**
   * False only when the record was `owned` by this very pod on this interface and EC2 agrees. After `releasing` or any `claiming` an
   * Unassign may still be in flight: then the address is always assigned.
   */
  readonly assign: boolean;
  /** A request of an earlier run may still be in flight: confirm once more after a request's timeout. */
  readonly confirmAgain: boolean;
  /** The record names a pod created in the same second: our pod must be read again before the intent. */
  readonly readPodAgain: boolean;
  /** Our age is not known (no API server) and the record names another pod: the claim must not go on. */
  readonly podUnknown: boolean;
}

/**
 * Observed and wanted in, steps out.
 *
 * @throws SupersededError when a newer pod is recorded, and the refusals of `chooseInterface` and `judgeHolder`
 */
export function planClaim(seen: ClaimObservation): ClaimPlan {
  const { record, me } = seen;
  if (record.serviceUuid !== seen.serviceUuid) {
    const message = `The record of ${record.ip} belongs to service ${record.serviceUuid}, not to ${seen.serviceUuid}.`;
    throw new FirecampError('FC-REC-008', message, { fields: { ip: record.ip } });
  }
  const order = standing(me, record.owner);
  if (order === 'older') throw new SupersededError(record, me.podCreatedAt ?? 'at an unknown time');
  const target = chooseInterface(seen.interfaces, { ...seen, ip: record.ip });
  const holder = judgeHolder(seen.holder, record, seen.cluster, target.id);
  const state = record.owner?.state;
  const settledHere =
    order === 'mine' && state === 'owned' && record.interfaceId === target.id && record.instanceId === seen.instanceId;
  return {
    target,
    epoch: (record.owner?.epoch ?? 0) + 1,
    holder,
    assign: !(settledHere && holder === 'wanted'),
    confirmAgain: state === 'releasing' || state === 'claiming',
    readPodAgain: order === 'sameAge',
    podUnknown: order === 'unknown' || (order === 'unowned' && me.podCreatedAt === undefined),
  };
}
