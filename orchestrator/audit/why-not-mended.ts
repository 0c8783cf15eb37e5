import { isMoving } from '../status/address-held.ts';
import { isLiving, type MemberFacts } from '../status/member-facts.ts';
import type { LeaveReason } from './finding.ts';

/**
 * Why nothing about the member's address may be changed by itself; undefined when it may: its record is `owned` by the member's pod, and that
 * lives. Never while a claim or a release may have requests under way, and never while record or pod could not be read.
 */
export function whyNotMended({ record, pod }: Pick<MemberFacts, 'record' | 'pod'>): LeaveReason | undefined {
  if ('unknown' in record) return 'Unknown';
  const owner = record.value?.owner;
  if (owner !== undefined && isMoving(owner)) return 'MidClaim';
  if ('unknown' in pod) return 'Unknown';
  const owned = owner?.state === 'owned' && pod.value?.uid === owner.podUid;
  return owned && isLiving(pod.value) ? undefined : 'NoLivingPod';
}
