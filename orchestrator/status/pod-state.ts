import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { booleanAt, listAt, numberAt, textAt } from '../definition/field-reader.ts';
import type { PodState } from './service-status.ts';

/** What waiting containers say while all is well. */
const ordinary = new Set(['PodInitializing', 'ContainerCreating']);

/** The pod, in the terms of a member of this service. */
export function podState(pod: LiveObject, service: string): PodState {
  const ready = condition(pod, 'Ready');
  const main = listAt(pod, 'spec', 'containers').find((one) => textAt(one, 'name') === service);
  const restarts = statuses(pod).map((one) => numberAt(one, 'restartCount') ?? 0);
  return {
    name: pod.metadata.name,
    uid: pod.metadata.uid,
    node: textAt(pod, 'spec', 'nodeName'),
    hostIp: textAt(pod, 'status', 'hostIP'),
    phase: textAt(pod, 'status', 'phase') ?? 'Unknown',
    ready: textAt(ready, 'status') === 'True',
    readySince: textAt(ready, 'lastTransitionTime'),
    terminating: textAt(pod, 'metadata', 'deletionTimestamp') !== undefined,
    restarts: restarts.reduce((sum, count) => sum + count, 0),
    createdAt: textAt(pod, 'metadata', 'creationTimestamp') ?? '',
    revision: textAt(pod, 'metadata', 'labels', 'controller-revision-hash'),
    image: textAt(main, 'image'),
    trouble: [...podTrouble(pod), ...statuses(pod).flatMap(containerTrouble)],
    lastWarning: undefined,
  };
}

function condition(pod: LiveObject, type: string): unknown {
  return listAt(pod, 'status', 'conditions').find((one) => textAt(one, 'type') === type);
}

function statuses(pod: LiveObject): readonly unknown[] {
  return [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
}

function podTrouble(pod: LiveObject): string[] {
  const scheduled = condition(pod, 'PodScheduled');
  const unscheduled = textAt(scheduled, 'status') === 'False';
  const reason = textAt(pod, 'status', 'reason');
  return [
    ...(unscheduled ? [joined(textAt(scheduled, 'reason'), textAt(scheduled, 'message'))] : []),
    ...(reason === undefined ? [] : [joined(reason, textAt(pod, 'status', 'message'))]),
  ];
}

/** Nothing of a container that starts, runs or has done its work; the words of its last end where it failed. */
function containerTrouble(status: unknown): string[] {
  const name = textAt(status, 'name') ?? 'container';
  const last = endOf(status, 'lastState');
  const ended = endOf(status, 'state');
  const waiting = textAt(status, 'state', 'waiting', 'reason');
  if (waiting !== undefined && !ordinary.has(waiting)) {
    const said = last ?? textAt(status, 'state', 'waiting', 'message');
    return [joined(`${name}: ${waiting}`, said)];
  }
  const said = ended ?? (booleanAt(status, 'ready') === true ? undefined : last);
  return said === undefined ? [] : [`${name}: ${said}`];
}

/** How the container failed: with its own last words where it left some; undefined when it did not fail. */
function endOf(status: unknown, state: 'state' | 'lastState'): string | undefined {
  const code = numberAt(status, state, 'terminated', 'exitCode');
  if (code === undefined || code === 0) return undefined;
  const message = textAt(status, state, 'terminated', 'message')?.trim();
  return joined(`${textAt(status, state, 'terminated', 'reason') ?? 'ended'} with exit code ${code}`, message);
}

function joined(what: string | undefined, message: string | undefined): string {
  const said = message?.replace(/\s+/g, ' ').slice(0, 400);
  return said ? `${what ?? 'trouble'}: ${said}` : (what ?? 'trouble');
}
