import { assessMember } from './assess-member.ts';
import { membersOf, podsAsMembers } from './members-of-service.ts';
import { known, notAsked, type Observations } from './observations.ts';
import type { MemberStatus, ServiceStatus } from './service-status.ts';
import { stateOf, summaryOf } from './summary.ts';

/** The service's state from what was observed. What could not be read stays unknown; it is never taken for well. */
export function assess(seen: Observations): ServiceStatus {
  const view = known(seen.records);
  const workload = known(seen.workload);
  const attr = view?.attr?.record;
  const type = workload?.type ?? (attr?.serviceType === 'stateless' ? 'stateless' : 'stateful');
  const desired = workload?.desired ?? attr?.replicas ?? 0;
  const members = (type === 'stateful' ? membersOf(seen, desired) : podsAsMembers(seen)).map(assessMember);
  const unread = unreadOf(seen);
  const running = runningOf(members, workload?.ready);
  const facts = { members, desired, running, unread, workload, attr, ...presence(seen, type) };
  const state = stateOf(facts);
  return {
    name: seen.name,
    namespace: seen.namespace,
    cluster: seen.cluster,
    uuid: view?.service.record.serviceUuid ?? workload?.serviceUuid,
    recordStatus: attr?.status,
    type,
    running,
    desired,
    stoppedFrom: workload?.stoppedFrom,
    updateRevision: workload?.updateRevision,
    summary: summaryOf(state, facts),
    healthy: state === 'Healthy',
    members,
    unread,
    createdAt: workload?.createdAt,
  };
}

/** A stateless service, and one with TESTMODE, does without records; for any other their absence is a fault. What could not be read may be there. */
function presence({ records, workload }: Observations, type: ServiceStatus['type']) {
  const recordless = type === 'stateless' || known(workload)?.testMode === true;
  return {
    hasAttributes: known(records)?.attr !== undefined || known(records) === undefined,
    hasRecords: recordless || 'unknown' in records || records.value !== undefined,
    hasWorkload: 'unknown' in workload || workload.value !== undefined,
  };
}

/** Ready pods; by the workload's own count where the pods could not be read. */
function runningOf(members: readonly MemberStatus[], ready: number | undefined): number {
  const known = members.flatMap(({ pod }) => ('value' in pod ? [pod.value] : []));
  if (known.length < members.length) return ready ?? 0;
  return known.filter((pod) => pod?.ready && !pod.terminating).length;
}

function unreadOf(seen: Observations): string[] {
  const sources = {
    Records: seen.records,
    'Address records': seen.addresses,
    'StatefulSet or Deployment': seen.workload,
    Pods: seen.pods,
    'EC2 (who holds the addresses)': seen.holders,
    'Route 53': seen.names,
  };
  return Object.entries(sources).flatMap(([source, observed]) =>
    'unknown' in observed && observed.unknown !== notAsked ? [`${source}: ${observed.unknown}`] : [],
  );
}
