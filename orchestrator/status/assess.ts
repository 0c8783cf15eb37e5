import { assessMember } from './assess-member.ts';
import { membersOf, podsAsMembers } from './members-of-service.ts';
import { known, type Observations } from './observations.ts';
import { serviceFaults, shapeOf } from './service-faults.ts';
import type { MemberStatus, ServiceStatus } from './service-status.ts';
import { stateOf, summaryOf } from './summary.ts';
import { unreadSources } from './unread-sources.ts';

/** The service's state from what was observed. What could not be read stays unknown; it is never taken for well. */
export function assess(seen: Observations): ServiceStatus {
  const view = known(seen.records);
  const workload = known(seen.workload);
  const attr = view?.attr?.record;
  const { type, desired } = shapeOf(seen);
  const members = (type === 'stateful' ? membersOf(seen, desired) : podsAsMembers(seen)).map(assessMember);
  const unread = unreadSources(seen).map(({ source, why }) => `${source}: ${why}`);
  const running = runningOf(members, workload?.ready);
  const facts = { members, desired, running, unread, workload, attr, service: serviceFaults(seen) };
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

/** Ready pods; by the workload's own count where the pods could not be read. */
function runningOf(members: readonly MemberStatus[], ready: number | undefined): number {
  const known = members.flatMap(({ pod }) => ('value' in pod ? [pod.value] : []));
  if (known.length < members.length) return ready ?? 0;
  return known.filter((pod) => pod?.ready && !pod.terminating).length;
}
