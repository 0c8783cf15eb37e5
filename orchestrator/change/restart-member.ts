import { FirecampError } from '../../common/domain/errors.ts';
import { kinds } from '../objects/kinds.ts';
import { type Operation, step } from '../operation.ts';
import { retried } from '../retried.ts';
import type { RestartedMember } from '../service-operations.ts';
import { awaitMember } from './await-member.ts';
import { isComing } from './restart-step.ts';
import type { RestartMember, RestartPod, RestartView } from './restart-view.ts';

/** What one run has restarted so far, by the member's name. */
export type Restarted = Map<string, { readonly member: RestartedMember; readonly revision: string }>;

/** Deletes the member's pod, that one and no later one, and waits for the next to be Ready. */
export async function restartMember(
  operation: Operation,
  view: RestartView,
  { name, pod }: RestartMember,
  restarted: Restarted,
  timeoutSeconds: number,
): Promise<void> {
  if (restarted.get(name)?.revision === view.updateRevision) throw notTaken(name, view.updateRevision, pod);
  const { ports, settings, signal } = operation;
  const ref = { kind: kinds.Pod, namespace: settings.namespace, name };
  await step(operation, { step: 'restart', member: name }, async () => {
    const options = { signal, propagationPolicy: 'Background', ...(pod && { uid: pod.uid }) } as const;
    await retried(operation, () => ports.kube.delete(ref, options));
    const { minReadySeconds } = view;
    const next = await awaitMember(operation, { name, replaces: pod?.uid, minReadySeconds, timeoutSeconds });
    note(restarted, name, next, view);
  });
}

/** Waits for a member that is not Ready. One whose pod was ending, or not there, has got a new one in this run. */
export async function awaitLeftMember(
  operation: Operation,
  view: RestartView,
  member: RestartMember,
  restarted: Restarted,
  timeoutSeconds: number,
): Promise<void> {
  const { name, pod } = member;
  const replaces = pod?.terminating ? pod.uid : undefined;
  await step(operation, { step: 'wait for a member that is not Ready', member: name }, async () => {
    const { minReadySeconds } = view;
    const next = await awaitMember(operation, { name, replaces, minReadySeconds, timeoutSeconds });
    if (isComing(member)) note(restarted, name, next, view);
  });
}

function note(restarted: Restarted, name: string, { uid }: RestartPod, { updateRevision }: RestartView): void {
  const member = { member: name, outcome: 'restarted', podUid: uid } as const;
  restarted.set(name, { member, revision: updateRevision });
}

/** Where the update strategy is another than ours, a pod can come back as it was, and would be restarted for ever. */
function notTaken(name: string, wanted: string, pod: RestartPod | undefined): FirecampError {
  const message = `${name} was restarted and has revision ${pod?.revision ?? 'none'} again, not ${wanted}: the StatefulSet's updateStrategy must be OnDelete.`;
  return new FirecampError('FC-SVC-001', message, { fields: { member: name, revision: pod?.revision, wanted } });
}
