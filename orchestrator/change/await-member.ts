import { DeadlineExceededError } from '../../common/domain/errors.ts';
import type { LiveObject, WatchEvent } from '../../common/ports/kube-objects.ts';
import { withinDeadline } from '../../common/runtime/deadline.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';
import { memberNotReady } from './member-not-ready.ts';
import { type RestartPod, restartPod } from './restart-view.ts';

/** Which pod is waited for. */
export interface AwaitedMember {
  readonly name: string;
  /** UID of the pod that is to be replaced; undefined when whatever pod there is will do. */
  readonly replaces: string | undefined;
  readonly minReadySeconds: number;
  readonly timeoutSeconds: number;
}

/**
 * Waits until the member has a pod that is Ready, and has stayed so for `minReadySeconds`.
 * @throws FirecampError FC-SVC-006 when the time is over, with what is known of the reasons
 */
export async function awaitMember(operation: Operation, member: AwaitedMember): Promise<RestartPod> {
  const { clock } = operation.ports;
  try {
    return await withinDeadline(clock, member.timeoutSeconds * 1000, `Waiting for ${member.name}`, (signal) =>
      readyPod({ ...operation, signal: AbortSignal.any([operation.signal, signal]) }, member),
    );
  } catch (error) {
    if (error instanceof DeadlineExceededError) throw await memberNotReady(operation, member, error);
    throw error;
  }
}

async function readyPod(operation: Operation, member: AwaitedMember): Promise<RestartPod> {
  const { ports, settings, signal, progress } = operation;
  const scope = { namespace: settings.namespace, fieldSelector: `metadata.name=${member.name}` };
  let told: string | undefined;
  for await (const event of ports.kube.watch(kinds.Pod, scope, { signal })) {
    const live = objectOf(event);
    const pod = live && restartPod(live);
    const detail = waitingFor(pod, member.replaces);
    if (detail === undefined && pod !== undefined && (await staysReady(operation, member, pod))) return pod;
    if (detail !== told) progress({ step: 'restart', member: member.name, state: 'waiting', detail: detail ?? '' });
    told = detail;
  }
  throw new TypeError('a watch ends with an error only');
}

function objectOf(event: WatchEvent): LiveObject | undefined {
  if (event.type === 'LISTED') return event.objects[0];
  return event.type === 'DELETED' ? undefined : event.object;
}

/** What is missing; nothing when the pod is Ready. */
function waitingFor(pod: RestartPod | undefined, replaces: string | undefined): string | undefined {
  if (pod === undefined) return 'for its new pod';
  if (pod.uid === replaces || pod.terminating) return 'for the end of its old pod';
  return pod.ready ? undefined : 'for its pod to be Ready';
}

/** As Kubernetes counts `minReadySeconds`: Ready without a break, here as far as a second look tells. */
async function staysReady(operation: Operation, member: AwaitedMember, pod: RestartPod): Promise<boolean> {
  if (member.minReadySeconds === 0) return true;
  const { ports, settings, signal } = operation;
  await ports.clock.sleep(member.minReadySeconds * 1000, { signal });
  const ref = { kind: kinds.Pod, namespace: settings.namespace, name: member.name };
  const now = await retried(operation, () => ports.kube.get(ref, { signal }));
  if (now === 'absent') return false;
  const later = restartPod(now);
  return later.uid === pod.uid && later.ready && !later.terminating && later.readySince === pod.readySince;
}
