import type { LiveObject, ObjectRef } from '../../common/ports/kube-objects.ts';
import { numberAt } from '../definition/field-reader.ts';
import { podSelector } from '../manifests/names.ts';
import { kinds } from '../objects/kinds.ts';
import { named } from '../objects/kube-calls.ts';
import { podPlace } from '../objects/pod-place.ts';
import { type WatchedObjects, watchUntil } from '../objects/watch-until.ts';
import type { Operation } from '../operation.ts';

/**
 * Waits until a workload that was scaled to nothing has no pod any more, terminating ones included: only then has every stop container
 * ended. First its controller must have seen the change: one that has not may still make a pod.
 *
 * @throws DeadlineExceededError FC-CLM-006 that names the pods that are left, where they are and since when they end
 */
export async function awaitPodsGone(
  operation: Operation,
  workload: { readonly ref: ObjectRef; readonly live: LiveObject },
  seconds: number,
): Promise<void> {
  const { clock } = operation.ports;
  const end = clock.monotonic() + seconds * 1000;
  await awaitObserved(operation, workload, seconds);
  const { name } = workload.ref;
  const members = new Set<string>();
  let told = '';
  await watchUntil(operation, {
    kind: kinds.Pod,
    scope: { namespace: operation.settings.namespace, labelSelector: selectorText(name) },
    seconds: Math.max(1, Math.ceil((end - clock.monotonic()) / 1000)),
    check: (pods) => {
      const left = [...pods.values()];
      const words = left.map(podPlace).join('; ');
      tellProgress(operation, members, left);
      if (left.length > 0 && words !== told)
        operation.progress({ step: 'stop', state: 'waiting', detail: `for ${words}` });
      told = words;
      return left.length === 0 ? true : undefined;
    },
    late: (pods) => lateWords(name, pods),
  });
}

async function awaitObserved(
  operation: Operation,
  { ref, live }: { readonly ref: ObjectRef; readonly live: LiveObject },
  seconds: number,
): Promise<void> {
  const { name, namespace } = ref;
  await watchUntil(operation, {
    kind: ref.kind,
    scope: { ...(namespace !== undefined && { namespace }), fieldSelector: `metadata.name=${name}` },
    seconds,
    check: (objects) => {
      const now = objects.get(live.metadata.uid);
      if (now === undefined) return true;
      const generation = numberAt(now, 'metadata', 'generation') ?? 0;
      return (numberAt(now, 'status', 'observedGeneration') ?? 0) >= generation ? true : undefined;
    },
    late: () => `The controller of ${named(ref)} has not acted on its new count; is kube-controller-manager running?`,
  });
}

function selectorText(service: string): string {
  return Object.entries(podSelector({ name: service }).matchLabels)
    .map((label) => label.join('='))
    .join(',');
}

/** Each member's end is told once. */
function tellProgress({ progress }: Operation, members: Set<string>, left: readonly LiveObject[]): void {
  const names = new Set(left.map((pod) => pod.metadata.name));
  for (const member of members) {
    if (names.has(member)) continue;
    members.delete(member);
    progress({ step: 'stop', member, state: 'done' });
  }
  for (const name of names) members.add(name);
}

function lateWords(service: string, pods: WatchedObjects | undefined): string {
  if (pods === undefined) return `The API server did not say which pods of ${service} are left.`;
  return `Pods of ${service} are left: ${[...pods.values()].map(podPlace).join('; ')}.`;
}
