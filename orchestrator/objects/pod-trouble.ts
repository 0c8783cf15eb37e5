import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { booleanAt, listAt, numberAt, textAt } from '../definition/field-reader.ts';

/** What waiting containers say while all is well. */
const ordinary = new Set(['PodInitializing', 'ContainerCreating']);

/** Longer words are cut: they stand in tables and in one line of a message. */
const longestWords = 400;

/** A condition of the pod, by its type. */
export function podCondition(pod: LiveObject, type: string): unknown {
  return listAt(pod, 'status', 'conditions').find((one) => textAt(one, 'type') === type);
}

/** What the pod says of its containers, in the order in which they start. */
export function containerStatuses(pod: LiveObject): readonly unknown[] {
  return [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
}

/** Why the pod as a whole does not run: no node will do, or it was evicted. */
export function podTrouble(pod: LiveObject): string[] {
  const scheduled = podCondition(pod, 'PodScheduled');
  const unscheduled = textAt(scheduled, 'status') === 'False';
  const reason = textAt(pod, 'status', 'reason');
  return [
    ...(unscheduled ? [joined(textAt(scheduled, 'reason'), textAt(scheduled, 'message'))] : []),
    ...(reason === undefined ? [] : [joined(reason, textAt(pod, 'status', 'message'))]),
  ];
}

/**
 * What is wrong with a container, its name before it; with the words of its last end where it failed, which a claim leaves there.
 *
 * @param status of `containerStatuses`
 * @returns undefined of one that starts, runs or has done its work
 */
export function containerTrouble(status: unknown): string | undefined {
  const name = textAt(status, 'name') ?? 'container';
  const last = endOf(status, 'lastState');
  const waiting = textAt(status, 'state', 'waiting', 'reason');
  if (waiting !== undefined && !ordinary.has(waiting)) {
    return joined(`${name}: ${waiting}`, last ?? textAt(status, 'state', 'waiting', 'message'));
  }
  const said = endOf(status, 'state') ?? (booleanAt(status, 'ready') === true ? undefined : last);
  return said === undefined ? undefined : `${name}: ${said}`;
}

/** How the container failed: with its own last words where it left some; undefined when it did not fail. */
function endOf(status: unknown, state: 'state' | 'lastState'): string | undefined {
  const code = numberAt(status, state, 'terminated', 'exitCode');
  if (code === undefined || code === 0) return undefined;
  const message = textAt(status, state, 'terminated', 'message')?.trim();
  return joined(`${textAt(status, state, 'terminated', 'reason') ?? 'ended'} with exit code ${code}`, message);
}

function joined(what: string | undefined, message: string | undefined): string {
  const said = message?.replace(/\s+/g, ' ').slice(0, longestWords);
  return said ? `${what ?? 'trouble'}: ${said}` : (what ?? 'trouble');
}
