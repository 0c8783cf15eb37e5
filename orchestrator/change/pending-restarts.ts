import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { textAt } from '../definition/field-reader.ts';
import { podSelector } from '../manifests/names.ts';
import { kinds } from '../objects/kinds.ts';
import { kubeRetried, readObject } from '../objects/kube-calls.ts';
import type { Change, Operation } from '../operation.ts';

/** The StatefulSet of a service as it is now; undefined when there is none. */
export function readSet(operation: Operation, name: string): Promise<LiveObject | undefined> {
  return readObject(operation, { kind: kinds.StatefulSet, namespace: operation.settings.namespace, name });
}

/**
 * Members whose pods run an earlier template and keep it until they are restarted. Does not wait for the StatefulSet's controller: after a
 * change of the template every pod there is runs an earlier one.
 *
 * @param before the StatefulSet before the change, of which `after` came
 */
export async function pendingRestarts(
  operation: Operation,
  before: LiveObject | undefined,
  after: LiveObject | undefined,
): Promise<Change[]> {
  if (before === undefined || after === undefined) return [];
  const changed = templateOf(before) !== templateOf(after);
  const revision = textAt(after, 'status', 'updateRevision');
  const labels = Object.entries(podSelector({ name: after.metadata.name }).matchLabels).map((label) => label.join('='));
  const scope = { namespace: operation.settings.namespace, labelSelector: labels.join(',') };
  const { items } = await kubeRetried(operation, (options) => operation.ports.kube.list(kinds.Pod, scope, options));
  const detail = 'runs the earlier template until it is restarted';
  return items
    .filter((pod) => changed || textAt(pod, 'metadata', 'labels', 'controller-revision-hash') !== revision)
    .map(({ metadata: { name } }): Change => ({ action: 'keep', kind: 'Pod', name, detail }))
    .sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }));
}

function templateOf(set: LiveObject): string {
  const spec = set['spec'];
  return JSON.stringify(typeof spec === 'object' && spec !== null && 'template' in spec ? spec.template : undefined);
}
