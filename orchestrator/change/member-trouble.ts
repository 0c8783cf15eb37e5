import { FirecampError, InterruptedError } from '../../common/domain/errors.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { booleanAt, listAt, numberAt, textAt } from '../definition/field-reader.ts';
import { kinds } from '../objects/kinds.ts';
import { containerStatuses, containerTrouble, podTrouble } from '../objects/pod-trouble.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';

/** Why a member's pod is not Ready, a line each, the nearest cause last; what cannot be read is such a line too. */
export async function memberTrouble(operation: Operation, name: string): Promise<string[]> {
  const { ports, settings, signal } = operation;
  const ref = { kind: kinds.Pod, namespace: settings.namespace, name };
  return await orWhyNot('its pod', async () => {
    const pod = await retried(operation, () => ports.kube.get(ref, { signal }));
    const events = await orWhyNot('its Events', () => eventLines(operation, name));
    if (pod === 'absent') return ['it has no pod', ...events];
    const containers = unready(pod);
    const logs: string[] = [];
    for (const container of containers.filter(hasRun)) {
      logs.push(...(await orWhyNot(`the log of ${container.name}`, () => logLines(operation, pod, container))));
    }
    return [...podLines(pod), ...containers.map(({ line }) => line), ...events, ...logs];
  });
}

/** A container that is not ready, and in words why. */
interface UnreadyContainer {
  readonly name: string;
  readonly restarts: number;
  readonly isRunning: boolean;
  readonly line: string;
}

function hasRun({ restarts, isRunning }: UnreadyContainer): boolean {
  return restarts > 0 || isRunning;
}

function podLines(pod: LiveObject): string[] {
  const ends = textAt(pod, 'metadata', 'deletionTimestamp');
  const node = textAt(pod, 'spec', 'nodeName');
  return [
    ...(ends === undefined ? [] : [`its pod ${pod.metadata.uid} is to end at ${ends} and has not`]),
    ...(node === undefined ? [] : [`on node ${node}, phase ${textAt(pod, 'status', 'phase') ?? 'unknown'}`]),
    ...podTrouble(pod),
  ];
}

/** All that is not ready, also what does not say why; an init container that has done its work is. */
function unready(pod: LiveObject): UnreadyContainer[] {
  const init = listAt(pod, 'status', 'initContainerStatuses');
  return containerStatuses(pod).flatMap((status) => {
    const isDone = init.includes(status) && numberAt(status, 'state', 'terminated', 'exitCode') === 0;
    if (isDone || booleanAt(status, 'ready') === true) return [];
    const name = textAt(status, 'name') ?? '';
    const restarts = numberAt(status, 'restartCount') ?? 0;
    const isRunning = textAt(status, 'state', 'running', 'startedAt') !== undefined;
    const why = containerTrouble(status) ?? `${name}: ${stateOf(status)}`;
    return [{ name, restarts, isRunning, line: restarts === 0 ? why : `${why} (restarts: ${restarts})` }];
  });
}

/** Of a container of which nothing is known to be wrong. */
function stateOf(status: unknown): string {
  const waiting = textAt(status, 'state', 'waiting', 'reason');
  return waiting ?? textAt(status, 'state', 'terminated', 'reason') ?? 'running, not ready';
}

/** The last Events that warn, oldest first. */
async function eventLines({ ports, settings, signal, ...rest }: Operation, name: string): Promise<string[]> {
  const scope = {
    namespace: settings.namespace,
    fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${name},type=Warning`,
  };
  const { items } = await retried({ ports, signal, ...rest }, () => ports.kube.list(kinds.Event, scope, { signal }));
  const at = (event: LiveObject) => textAt(event, 'lastTimestamp') ?? textAt(event, 'eventTime') ?? '';
  const sorted = items.toSorted((one, other) => (at(one) < at(other) ? -1 : 1));
  return sorted.slice(-3).map((event) => `Event ${textAt(event, 'reason')}: ${textAt(event, 'message')?.trim()}`);
}

async function logLines(operation: Operation, pod: LiveObject, container: UnreadyContainer): Promise<string[]> {
  const { ports, settings, signal } = operation;
  const options = { signal, container: container.name, lines: 5, previous: !container.isRunning };
  const log = await ports.kube.podLog({ namespace: settings.namespace, name: pod.metadata.name }, options);
  if (log === 'absent') return [];
  return log
    .trimEnd()
    .split('\n')
    .map((line) => `${container.name} said: ${line}`);
}

async function orWhyNot(what: string, read: () => Promise<string[]>): Promise<string[]> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof FirecampError) || error instanceof InterruptedError) throw error;
    return [`${what} could not be read: ${error.message}`];
  }
}
