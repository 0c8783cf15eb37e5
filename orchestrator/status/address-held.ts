import { judgeHolder } from '../../common/domain/address-holder.ts';
import { FirecampError } from '../../common/domain/errors.ts';
import type { AddressOwner, StaticIpRecord } from '../../common/domain/records.ts';
import type { NetworkInterface } from '../../common/ports/addresses.ts';
import type { ConditionReason } from './condition-reasons.ts';
import { isLiving, type MemberFacts } from './member-facts.ts';
import type { PodState } from './service-status.ts';

/** What a condition says, before its type and times. */
export interface Verdict {
  readonly reason: ConditionReason;
  readonly message: string;
}

/** How long a claim or a release may take before it counts as stuck; both take seconds. */
export const overdueMs = 120_000;

/** Whether the member's pod has its address: record, EC2 and Kubernetes side by side. What is certain goes before what is unknown. */
export function addressHeld(facts: MemberFacts): Verdict {
  const { record, holder, staticIp } = facts;
  const ip = staticIp ?? 'its address';
  if ('unknown' in record) {
    const nobody = 'value' in holder && holder.value === undefined && staticIp !== undefined;
    return nobody
      ? { reason: 'AddressUnheld', message: `nobody holds ${ip} in EC2` }
      : { reason: 'AddressRecordUnread', message: `the record of ${ip} could not be read: ${record.unknown}` };
  }
  if (record.value === undefined) {
    const message = staticIp === undefined ? 'it has no member record' : `${ip} has no address record`;
    return { reason: 'AddressRecordMissing', message };
  }
  const { owner } = record.value;
  if (owner === undefined) return { reason: 'AddressUnclaimed', message: `no pod has claimed ${ip} yet` };
  if (owner.state === 'released') return released(owner, facts, ip);
  if (isMoving(owner)) return moving(owner, facts.at, ip);
  return owned(record.value, owner, facts);
}

/** Whether requests to EC2 of a claim or a release may be in flight. */
export function isMoving({ state }: AddressOwner): boolean {
  return state === 'claiming' || state === 'releasing';
}

/** How far the owner that gave the address up is gone. */
export function released(owner: AddressOwner, { pod }: Pick<MemberFacts, 'pod'>, ip: string): Verdict {
  const running = 'value' in pod && pod.value?.uid === owner.podUid && isLiving(pod.value);
  const message = `${ip} was released by pod ${owner.podUid} at ${owner.changedAt}`;
  return running
    ? { reason: 'ReleasedWhilePodRuns', message: `${message}, and that pod is still there` }
    : { reason: 'Released', message };
}

/** What is said of a claim or a release that has not ended. */
export function moving(owner: AddressOwner, at: number, ip: string): Verdict {
  const claiming = owner.state === 'claiming';
  const since = at - Date.parse(owner.changedAt);
  const message = `${ip} is being ${claiming ? 'claimed' : 'released'} by pod ${owner.podUid} since ${owner.changedAt} (epoch ${owner.epoch})`;
  if (since <= overdueMs) return { reason: claiming ? 'Claiming' : 'Releasing', message };
  return { reason: claiming ? 'ClaimOverdue' : 'ReleaseOverdue', message };
}

function owned(record: StaticIpRecord, owner: AddressOwner, facts: MemberFacts): Verdict {
  const { holder, pod } = facts;
  if ('value' in holder) {
    const wrong = wrongHolder(record, holder.value, facts.cluster);
    if (wrong !== undefined) return wrong;
  }
  if ('value' in pod) {
    const wrong = wrongOwner(owner, pod.value);
    if (wrong !== undefined) return wrong;
  }
  if ('unknown' in holder) {
    return { reason: 'HolderUnread', message: `who holds ${record.ip} could not be read: ${holder.unknown}` };
  }
  if ('unknown' in pod) {
    const message = `${record.ip} is held as its record says; whether its owner is the member's pod could not be read: ${pod.unknown}`;
    return { reason: 'OwnerUnread', message };
  }
  return { reason: 'Held', message: `${record.ip} is held by ${place(holder.value)}, as its record says` };
}

/** How EC2 differs from a record that is `owned`; undefined where it does not. */
export function wrongHolder(
  record: StaticIpRecord,
  holder: NetworkInterface | undefined,
  cluster: string,
): Verdict | undefined {
  const said = `record says ${record.instanceId} (${record.interfaceId})`;
  if (holder === undefined) return { reason: 'AddressUnheld', message: `nobody holds ${record.ip} in EC2, ${said}` };
  const reason = standing(record, holder, cluster);
  return reason && { reason, message: `${record.ip} is held by ${place(holder)}, ${said}` };
}

/** Why this holder is not the interface that the record names; undefined where it is. */
export function standing(
  record: StaticIpRecord,
  holder: NetworkInterface,
  cluster: string,
): ConditionReason | undefined {
  try {
    return judgeHolder(holder, record, cluster, record.interfaceId) === 'wanted' ? undefined : 'HolderMismatch';
  } catch (error) {
    if (!(error instanceof FirecampError)) throw error;
    return error.code === 'FC-ENI-002' ? 'HeldAsPrimary' : 'HeldByStranger';
  }
}

/** How Kubernetes differs from the owner in the record; undefined where it does not. */
export function wrongOwner(owner: AddressOwner, pod: PodState | undefined): Verdict | undefined {
  if (pod?.uid === owner.podUid) return undefined;
  const message = `the record names pod ${owner.podUid} of ${owner.podCreatedAt}`;
  if (pod === undefined) return { reason: 'OwnerGone', message: `${message}, which is gone` };
  const other = `${message}, Kubernetes pod ${pod.uid} of ${pod.createdAt}`;
  // Both are whole seconds in UTC, so their texts sort as they do.
  const superseded = Date.parse(pod.createdAt) < Date.parse(owner.podCreatedAt);
  return { reason: superseded ? 'PodSuperseded' : 'ClaimPending', message: other };
}

/** Where an address is, for a person. */
export function place(holder: NetworkInterface | undefined): string {
  if (holder === undefined) return 'nobody';
  return holder.instanceId === undefined
    ? `${holder.id}, which is attached to no instance`
    : `${holder.instanceId} (${holder.id})`;
}
