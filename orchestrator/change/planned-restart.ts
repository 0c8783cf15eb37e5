import type { CallOptions } from '../../common/ports/call-options.ts';
import type { RestartedMember } from '../service-operations.ts';
import type { NextMember } from './restart-order.ts';
import { isComing, isStale, type RestartWish } from './restart-step.ts';
import type { RestartMember, RestartView } from './restart-view.ts';

/** What a restart would do, as far as the order can tell beforehand; `podUid` is that of the pod there is now. */
export async function plannedRestart(
  view: RestartView,
  { isChosen }: RestartWish,
  order: NextMember,
  options: CallOptions,
): Promise<RestartedMember[]> {
  const chosen = view.members.filter(isChosen);
  const goesOn = (member: RestartMember) => isStale(member, view.updateRevision) || isComing(member);
  let left = chosen.filter((member) => !view.unfinished || goesOn(member));
  const planned: RestartedMember[] = [];
  for (let [first, ...others] = left; first !== undefined; [first, ...others] = left) {
    const next = await order([first, ...others], options);
    planned.push({ member: next.name, outcome: 'restarted', podUid: next.pod?.uid ?? '' });
    left = left.filter((member) => member !== next);
  }
  return [...planned, ...currentMembers(chosen.filter(({ name }) => !planned.some(({ member }) => member === name)))];
}

/** Those that had the wanted revision already. */
export function currentMembers(members: readonly RestartMember[]): RestartedMember[] {
  return members.map(({ name, pod }) => ({ member: name, outcome: 'current', podUid: pod?.uid ?? '' }));
}
