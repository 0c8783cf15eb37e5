import { type StaticIpRecord, unsetOwner } from '../../common/domain/records.ts';
import { addressHeld, type Verdict } from './address-held.ts';
import { agreement } from './agreement.ts';
import { conditionReasons } from './condition-reasons.ts';
import { dnsInSync } from './dns-in-sync.ts';
import { type MemberFacts, mayHave, valuesOf } from './member-facts.ts';
import { known, mapObserved } from './observations.ts';
import { podReady } from './pod-ready.ts';
import type { Condition, MemberStatus, RecordState } from './service-status.ts';

/** The member's state, with a condition for each thing that its kind has. */
export function assessMember(facts: MemberFacts): MemberStatus {
  return {
    name: facts.name,
    ordinal: facts.ordinal,
    wanted: facts.wanted,
    zone: facts.zone,
    pod: facts.pod,
    staticIp: facts.staticIp,
    record: mapObserved(facts.record, (record) => record && recordState(record)),
    holder: mapObserved(facts.holder, (holder) => holder && { interfaceId: holder.id, instanceId: holder.instanceId }),
    dnsName: facts.dnsName,
    dns: mapObserved(facts.dns, valuesOf),
    conditions: facts.wanted ? conditionsOf(facts) : [],
    agrees: agreement(facts),
  };
}

function conditionsOf(facts: MemberFacts): Condition[] {
  const record = known(facts.record);
  const pod = known(facts.pod);
  const parts = [
    conditionOf(podReady(facts), pod?.readySince),
    ...(mayHave(facts.hasAddress) ? [conditionOf(addressHeld(facts), record?.owner?.changedAt)] : []),
    ...(mayHave(facts.hasName) ? [conditionOf(dnsInSync(facts), undefined)] : []),
  ];
  return [readyCondition(parts), ...parts];
}

function conditionOf({ reason, message }: Verdict, lastTransitionTime: string | undefined): Condition {
  const { type, status } = conditionReasons[reason];
  return { type, status, reason, message, lastTransitionTime };
}

/** True when every other is; else what the first one says that is certainly not, then what the first one says that is unknown. */
function readyCondition(parts: readonly Condition[]): Condition {
  const why = parts.find(({ status }) => status === 'False') ?? parts.find(({ status }) => status === 'Unknown');
  if (why !== undefined) return { ...why, type: 'Ready' };
  const times = parts.flatMap(({ lastTransitionTime }) => lastTransitionTime ?? []);
  const last = times.toSorted((one, other) => Date.parse(one) - Date.parse(other)).at(-1);
  const message = parts.map((part) => part.message).join('; ');
  return { type: 'Ready', status: 'True', reason: 'MemberReady', message, lastTransitionTime: last };
}

function recordState({ owner, instanceId, interfaceId }: StaticIpRecord): RecordState {
  const took = Object.values(owner?.phaseMillis ?? {});
  return {
    state: owner?.state ?? 'unclaimed',
    epoch: owner?.epoch,
    ownerPodUid: owner?.podUid,
    instanceId: instanceId === '' || instanceId === unsetOwner.serverInstanceId ? undefined : instanceId,
    interfaceId: interfaceId === '' ? undefined : interfaceId,
    changedAt: owner?.changedAt,
    claimMillis: took.length === 0 ? undefined : took.reduce((sum, millis) => sum + millis, 0),
  };
}
