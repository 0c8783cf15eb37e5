import { type Operation, step } from '../operation.ts';
import { findOwn } from '../presence/workload.ts';
import type { OperationOptions, RestartedMember, RestartOptions, RestartOrder } from '../service-operations.ts';
import { observeService } from './observe-service.ts';
import { readSet } from './pending-restarts.ts';
import { currentMembers, plannedRestart } from './planned-restart.ts';
import { checkOrdinals, refuseIfDegraded } from './restart-checks.ts';
import { restartDeployment } from './restart-deployment.ts';
import { beginRestart, finishRestart } from './restart-mark.ts';
import { awaitLeftMember, type Restarted, restartMember } from './restart-member.ts';
import { type NextMember, restartOrders } from './restart-order.ts';
import { isStale, type RestartWish, restartStep } from './restart-step.ts';
import type { RestartMember, RestartView } from './restart-view.ts';

/** How a service is restarted; the order may be one of the caller's. */
export interface RestartRequest extends Omit<RestartOptions, 'order' | keyof OperationOptions> {
  readonly order?: RestartOrder | NextMember | undefined;
}

/**
 * Restarts the members one at a time: deletes a member's pod by its UID and waits until the new one is Ready. It ends on the first that
 * does not become Ready in time.
 *
 * The pod template is marked at the beginning, so that each member's revision says whether it still has to be restarted; another run
 * therefore goes on where this one has stopped, and a change of the template that waits for a restart is carried out by the same run. Once
 * all chosen members are done, the StatefulSet says so, and the next run begins anew. A member that a run has left not Ready is waited for
 * first; when the template was changed since, it is restarted first. Between two members all others have to be Ready.
 *
 * Pods of a stateless service are replaced by its Deployment (see `restartDeployment`). Asks Kubernetes only, so it works while AWS or the records cannot be reached.
 *
 * @returns the chosen members: those that were restarted, in their order, then those that had the revision already
 * @throws FirecampError FC-SVC-002; FC-CFG-001 for an ordinal that the service does not have; FC-SVC-007 when members are not Ready at
 * the beginning; FC-SVC-006 with the reasons when one does not become Ready; FC-SVC-001 when pods do not get the wanted revision
 */
export async function rollingRestartService(
  operation: Operation,
  name: string,
  request: RestartRequest = {},
): Promise<RestartedMember[]> {
  const { ordinals, order = 'descending', podTimeoutSeconds = 600, force = false } = request;
  const isChosen = ({ ordinal }: RestartMember) => ordinals === undefined || ordinals.includes(ordinal);
  const wish = { isChosen, force };
  const next = typeof order === 'string' ? restartOrders[order] : order;
  const isStateful = (await readSet(operation, name)) !== undefined;
  if (!isStateful && (await findOwn(operation, 'Deployment', name)) !== undefined) {
    return await restartDeployment(operation, name, request);
  }
  const before = await observeService(operation, name);
  checkOrdinals(name, before, ordinals ?? []);
  refuseIfDegraded(name, before, wish);
  const begun = !before.unfinished && (await begin(operation, name));
  if (operation.dryRun !== 'none') return await plannedRestart(before, wish, next, operation);
  const restarted: Restarted = new Map();
  const after = await restartAll(operation, name, { wish, next, podTimeoutSeconds, restarted });
  // A restart of some members that goes on with one of all is not the end of that.
  const isOver = begun || !after.members.some((member) => isStale(member, after.updateRevision));
  if (isOver) await finishRestart(operation, name);
  const done = [...restarted.values()].map(({ member }) => member);
  return [...done, ...currentMembers(after.members.filter((one) => isChosen(one) && !restarted.has(one.name)))];
}

async function begin(operation: Operation, name: string): Promise<boolean> {
  if (operation.dryRun === 'client') return false;
  const at = new Date(operation.ports.clock.wall()).toISOString();
  return await step(operation, { step: 'mark the pod template' }, () => beginRestart(operation, name, at));
}

/** How it goes: constant but for what has been restarted. */
interface Run {
  readonly wish: RestartWish;
  readonly next: NextMember;
  readonly podTimeoutSeconds: number;
  readonly restarted: Restarted;
}

async function restartAll(operation: Operation, name: string, run: Run): Promise<RestartView> {
  const { restarted, podTimeoutSeconds } = run;
  for (;;) {
    const view = await observeService(operation, name);
    const todo = restartStep(view, run.wish);
    if (todo.kind === 'done') return view;
    if (todo.kind === 'await') {
      await awaitLeftMember(operation, view, todo.member, restarted, podTimeoutSeconds);
    } else {
      const member = await run.next(todo.among, operation);
      await restartMember(operation, view, member, restarted, podTimeoutSeconds);
    }
  }
}
