import { FirecampError } from '../../common/domain/errors.ts';
import { hindrances, type RestartWish } from './restart-step.ts';
import type { RestartMember, RestartView } from './restart-view.ts';

/** @throws FirecampError FC-CFG-001 for ordinals that the service does not have */
export function checkOrdinals(service: string, { members }: RestartView, wanted: readonly number[]): void {
  const unknown = wanted.filter((ordinal) => !members.some((member) => member.ordinal === ordinal));
  if (unknown.length === 0) return;
  const [first, last] = [members.at(0), members.at(-1)];
  const has = first && last ? `has members ${first.ordinal} to ${last.ordinal}` : 'has no members: it is stopped';
  const message = `There is no member ${unknown.join(', ')} of ${service} to be restarted: the service ${has}.`;
  throw new FirecampError('FC-CFG-001', message, { fields: { service, ordinals: unknown.map(String) } });
}

/** @throws FirecampError FC-SVC-007 that names the members which are not Ready */
export function refuseIfDegraded(service: string, view: RestartView, wish: RestartWish): void {
  const found = hindrances(view, wish);
  if (found.length === 0) return;
  const members = found.map((member) => `${member.name} (${whyNot(member)})`);
  const message = `${service} is not restarted, because a member that is restarted now would be missing beside ${members.join(', ')}.`;
  throw new FirecampError('FC-SVC-007', message, { fields: { service, notReady: found.map(({ name }) => name) } });
}

function whyNot({ pod }: RestartMember): string {
  if (pod === undefined) return 'it has no pod';
  return pod.terminating ? 'its pod is ending' : 'its pod is not Ready';
}
