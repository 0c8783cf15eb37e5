import { FirecampError, InterruptedError } from '../../common/domain/errors.ts';
import { deadlineAfter } from '../../common/runtime/deadline.ts';
import type { Operation } from '../operation.ts';
import type { WaitGoal } from '../service-operations.ts';
import { assess } from './assess.ts';
import { isGone, serviceNotFound } from './get-service-status.ts';
import { lookAgain } from './look-again.ts';
import type { Observations } from './observations.ts';
import type { ObserveOptions } from './observe.ts';
import type { ServiceStatus } from './service-status.ts';

type Waiting = Pick<Operation, 'ports' | 'settings' | 'signal' | 'progress'>;

const goals: Record<WaitGoal, (status: ServiceStatus) => boolean> = {
  ready: ({ healthy }) => healthy,
  agreement: ({ members, unread }) => unread.length === 0 && members.every(({ agrees }) => agrees === 'True'),
  deleted: () => false,
};

/**
 * Waits until the goal is true of the service, and ends as soon as that is seen. What cannot be read meanwhile is asked again: it never
 * counts as reached, and never ends the wait. The summary goes to `progress` whenever it changes.
 *
 * @returns the state that reached the goal; undefined for `deleted`
 * @throws FirecampError FC-CLI-002 when the time is over, with the state; FC-SVC-002 when there is no such service to wait for
 */
export async function waitFor(
  operation: Waiting,
  name: string,
  goal: WaitGoal,
  timeoutMs: number,
  options: ObserveOptions = {},
): Promise<ServiceStatus | undefined> {
  const { ports, signal } = operation;
  using deadline = deadlineAfter(ports.clock, timeoutMs, `waiting for ${name}`);
  let last: ServiceStatus | undefined;
  try {
    const looks = lookAgain({ ...operation, signal: AbortSignal.any([signal, deadline.signal]) }, name, options);
    for await (const seen of looks) {
      const reached = judge(operation, seen, goal);
      if (reached === 'gone') return undefined;
      tell(operation, reached.status, last);
      last = reached.status;
      if (reached.done) return last;
    }
  } catch (error) {
    if (!(error instanceof InterruptedError) || signal.aborted || !deadline.signal.aborted) throw error;
  }
  throw timedOut(name, goal, timeoutMs, last);
}

function judge(operation: Waiting, seen: Observations, goal: WaitGoal) {
  if (isGone(seen)) {
    if (goal === 'deleted') return 'gone' as const;
    throw serviceNotFound(operation, seen.name);
  }
  const status = assess(seen);
  return { status, done: goals[goal](status) };
}

function tell({ progress }: Waiting, status: ServiceStatus, last: ServiceStatus | undefined): void {
  if (status.summary === last?.summary) return;
  progress({ step: `wait for ${status.name}`, state: 'waiting', detail: status.summary });
}

function timedOut(name: string, goal: WaitGoal, timeoutMs: number, last: ServiceStatus | undefined): FirecampError {
  const seconds = `${Math.round(timeoutMs / 1000)} s`;
  const fields = { service: name, goal, summary: last?.summary, unread: last?.unread };
  if (last === undefined) {
    return new FirecampError('FC-CLI-002', `No source told of the service ${name} in ${seconds}.`, { fields });
  }
  const state = { ready: 'not ready', agreement: 'not in agreement', deleted: 'still there' }[goal];
  const disagreed = last.members.filter(({ agrees }) => agrees !== 'True').map((member) => member.name);
  const who = goal === 'agreement' && disagreed.length > 0 ? ` Not agreed: ${some(disagreed)}.` : '';
  const message = `The service ${name} is ${state} after ${seconds}. ${last.summary}.${who}`;
  return new FirecampError('FC-CLI-002', message, { fields });
}

function some(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
}
