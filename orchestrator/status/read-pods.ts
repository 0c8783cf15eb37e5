import { podSelector } from '../manifests/names.ts';
import { kinds } from '../objects/kinds.ts';
import { known } from './observations.ts';
import { lastWarnings } from './pod-events.ts';
import { podState } from './pod-state.ts';
import { type Reading, readSource } from './read-source.ts';
import type { Observed, PodState } from './service-status.ts';

/** The pods of a service, in the API's text form of a label selector. */
export function serviceSelector(name: string): string {
  const labels = Object.entries(podSelector({ name }).matchLabels);
  return labels.map((label) => label.join('=')).join(',');
}

/** The pods of a service; what a pod that is not Ready does not tell itself is taken from its Events. */
export async function readPods(reading: Reading, name: string): Promise<Observed<readonly PodState[]>> {
  const { ports, settings, timeoutMs } = reading;
  const pods = await readSource(reading, { what: 'Listing the pods', timeoutMs }, async (signal) => {
    const scope = { namespace: settings.namespace, labelSelector: serviceSelector(name) };
    const { items } = await ports.kube.list(kinds.Pod, scope, { signal });
    return items.map((pod) => podState(pod, name));
  });
  return 'unknown' in pods ? pods : { value: await withWarnings(reading, pods.value) };
}

/** Events are many: they are asked for only where they can tell more, and where they cannot be read there is less to tell. */
async function withWarnings(reading: Reading, pods: readonly PodState[]): Promise<readonly PodState[]> {
  const silent = new Set(
    pods.filter(({ ready, terminating, node, trouble }) => {
      return !ready && !terminating && node !== undefined && trouble.length === 0;
    }),
  );
  if (silent.size === 0) return pods;
  const source = { what: 'Listing the warnings about pods', timeoutMs: reading.timeoutMs };
  const warnings = known(await readSource(reading, source, (signal) => lastWarnings({ ...reading, signal })));
  return pods.map((pod) => (silent.has(pod) ? { ...pod, lastWarning: warnings?.get(pod.uid) } : pod));
}
