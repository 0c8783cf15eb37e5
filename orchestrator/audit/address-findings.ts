import type { AddressOwner, StaticIpRecord } from '../../common/domain/records.ts';
import {
  isMoving,
  moving,
  overdueMs,
  place,
  released,
  standing,
  type Verdict,
  wrongHolder,
  wrongOwner,
} from '../status/address-held.ts';
import type { ConditionReason } from '../status/condition-reasons.ts';
import { isLiving, type MemberFacts } from '../status/member-facts.ts';
import type { PodState } from '../status/service-status.ts';
import type { MemberFinding, Mend, Since } from './finding.ts';
import type { FindingCode } from './finding-table.ts';
import { leave, makeFinding, seenAt } from './make-finding.ts';
import { whyNotMended } from './why-not-mended.ts';

/** The finding for each reason of a condition that is a disagreement. */
const codeOf: Partial<Record<ConditionReason, FindingCode>> = {
  HolderMismatch: 'FC-AUD-001',
  AddressUnheld: 'FC-AUD-002',
  HeldByStranger: 'FC-ENI-001',
  HeldAsPrimary: 'FC-ENI-002',
  OwnerGone: 'FC-AUD-009',
  PodSuperseded: 'FC-AUD-010',
};

/** How record, EC2 and Kubernetes differ about the member’s address, as far as they could be read. */
export function addressFindings(facts: MemberFacts): MemberFinding[] {
  const { record } = facts;
  if ('unknown' in record) return [];
  if (record.value === undefined) return recordMissing(facts);
  const { owner } = record.value;
  if (owner !== undefined && isMoving(owner)) return [unfinished(owner, record.value, facts)];
  return [...holderFindings(record.value, facts), ...podFindings(record.value, facts)];
}

/** A member beyond the service’s number may be without; then nobody may have anything of it. */
function recordMissing(facts: MemberFacts): MemberFinding[] {
  const { wanted, staticIp, holder, pod, at } = facts;
  const held = 'value' in holder ? holder.value : undefined;
  const hasPod = 'value' in pod && pod.value !== undefined;
  if (!wanted && held === undefined && !hasPod) return [];
  const missing = staticIp === undefined ? 'there is no member record' : `there is no record of ${staticIp}`;
  const found = held === undefined ? missing : `${missing}, which ${place(held)} has`;
  return [finding('FC-AUD-004', facts, { found, since: seenAt(at), mend: leave('NeedsDecision') })];
}

function unfinished(owner: AddressOwner, { ip }: StaticIpRecord, facts: MemberFacts): MemberFinding {
  const { reason, message } = moving(owner, facts.at, ip);
  const code = owner.state === 'claiming' ? 'FC-AUD-005' : 'FC-AUD-006';
  const kind = reason === 'Claiming' || reason === 'Releasing' ? 'pending' : 'wrong';
  return finding(code, facts, { kind, found: message, since: changed(owner), mend: leave('MidClaim') });
}

function holderFindings(record: StaticIpRecord, facts: MemberFacts): MemberFinding[] {
  const { holder, cluster, at } = facts;
  if ('unknown' in holder) return [];
  const since = seenAt(at);
  if (record.owner?.state === 'owned') {
    const wrong = wrongHolder(record, holder.value, cluster);
    const code = wrong && codeOf[wrong.reason];
    if (wrong === undefined || code === undefined) return [];
    const expected = `${record.instanceId} (${record.interfaceId}) has ${record.ip}, as its record says since ${record.owner.changedAt}`;
    return [finding(code, facts, { found: wrong.message, expected, since, mend: mendOf(code, facts) })];
  }
  const reason = holder.value && standing(record, holder.value, cluster);
  if (reason === undefined) return [];
  const code = reason === 'HolderMismatch' ? 'FC-AUD-003' : (codeOf[reason] ?? 'FC-AUD-003');
  const found = `${record.ip} is held by ${place(holder.value)}, and no pod owns it`;
  return [finding(code, facts, { found, since, mend: leave(code === 'FC-AUD-003' ? 'NoLivingPod' : 'NotOurs') })];
}

/** Only an address that nobody has, or an interface of the cluster, can be given to the record’s. */
function mendOf(code: FindingCode, facts: MemberFacts): Mend {
  if (code !== 'FC-AUD-001' && code !== 'FC-AUD-002') return leave('NotOurs');
  const because = whyNotMended(facts);
  if (because !== undefined) return leave(because);
  return { may: true, act: 'AssignToRecordedInterface', why: 'the record is owned by a living pod' };
}

function podFindings({ ip, owner }: StaticIpRecord, facts: MemberFacts): MemberFinding[] {
  const { pod } = facts;
  if ('unknown' in pod) return [];
  if (owner?.state === 'owned') {
    const wrong = wrongOwner(owner, pod.value);
    return wrong === undefined ? [] : [ownerFinding(wrong, pod.value, facts)];
  }
  if (pod.value === undefined) return [];
  if (owner?.podUid !== pod.value.uid) {
    const said = owner === undefined ? `no pod has claimed ${ip} yet` : released(owner, facts, ip).message;
    return [unclaimed(pod.value, facts, `${said}; Kubernetes has pod ${pod.value.uid} of ${pod.value.createdAt}`)];
  }
  const { reason, message } = released(owner, facts, ip);
  const parts = { since: changed(owner), mend: leave('NoLivingPod') };
  if (reason === 'ReleasedWhilePodRuns') return [finding('FC-AUD-008', facts, { ...parts, found: message })];
  return [finding('FC-AUD-006', facts, { ...parts, kind: 'pending', found: `${message}, which is ending` })];
}

function ownerFinding(wrong: Verdict, pod: PodState | undefined, facts: MemberFacts): MemberFinding {
  const code = codeOf[wrong.reason];
  if (code === undefined && pod !== undefined) return unclaimed(pod, facts, wrong.message);
  const mend = leave(wrong.reason === 'OwnerGone' ? 'NoLivingPod' : 'NeedsDecision');
  return finding(code ?? 'FC-AUD-009', facts, { found: wrong.message, since: seenAt(facts.at), mend });
}

/** A pod that is not Ready may still be about to claim; one without a node cannot, and one that ends never will. */
function unclaimed(pod: PodState, facts: MemberFacts, found: string): MemberFinding {
  const { ready, createdAt, readySince, node } = pod;
  const recent = node === undefined || facts.at - Date.parse(createdAt) <= overdueMs;
  const kind = !isLiving(pod) || (!ready && recent) ? 'pending' : 'wrong';
  const at = ready ? (readySince ?? createdAt) : createdAt;
  return finding('FC-AUD-007', facts, { kind, found, since: { at, from: 'pod' }, mend: leave('NoLivingPod') });
}

function changed({ changedAt }: AddressOwner): Since {
  return { at: changedAt, from: 'record' };
}

function finding(
  code: FindingCode,
  { name, staticIp }: MemberFacts,
  parts: Omit<Parameters<typeof makeFinding>[1], 'member' | 'subject'>,
): MemberFinding {
  return makeFinding(code, { member: name, subject: staticIp, ...parts });
}
