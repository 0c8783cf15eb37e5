import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { restartAnnotations } from '../manifests/names.ts';
import { kinds } from '../objects/kinds.ts';
import { updateObject } from '../objects/update-object.ts';
import type { Operation } from '../operation.ts';
import { restartTimes } from './restart-view.ts';
import { noSuchSet, refuseOtherSet } from './service-set.ts';

/**
 * Begins a restart: the pod template gets a mark, and by it a new revision. One that is under way already is joined.
 * @returns whether it was begun here
 */
export async function beginRestart(operation: Operation, name: string, at: string): Promise<boolean> {
  let begun = false;
  await changeSet(operation, name, (set) => {
    const { startedAt, finishedAt } = restartTimes(set);
    begun = startedAt === at;
    if (startedAt !== undefined && startedAt !== finishedAt) return undefined;
    begun = true;
    const path = ['template', 'metadata', 'annotations', restartAnnotations.startedAt];
    return { ...set, spec: withField(set['spec'], path, at) };
  });
  return begun;
}

/** Says that the restart which stands in the template is over. */
export async function finishRestart(operation: Operation, name: string): Promise<void> {
  await changeSet(operation, name, (set) => {
    const { startedAt, finishedAt } = restartTimes(set);
    if (startedAt === undefined || startedAt === finishedAt) return undefined;
    const annotations = withField(set.metadata['annotations'], [restartAnnotations.finishedAt], startedAt);
    return { ...set, metadata: { ...set.metadata, annotations } };
  });
}

/** Not by server-side apply, which would give up every field that is not in the request. */
async function changeSet(
  operation: Operation,
  name: string,
  change: (set: LiveObject) => LiveObject | undefined,
): Promise<void> {
  const ref = { kind: kinds.StatefulSet, namespace: operation.settings.namespace, name };
  const updated = await updateObject(operation, ref, (set) => {
    refuseOtherSet(operation, set);
    return change(set);
  });
  if (updated === undefined) throw noSuchSet(operation, name);
}

/** The value with a text at the end of the path; what is missing on the way is made. */
export function withField(value: unknown, path: readonly string[], to: string): Readonly<Record<string, unknown>> {
  const [first, ...rest] = path;
  const fields: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  if (first === undefined) return fields;
  return { ...fields, [first]: rest.length === 0 ? to : withField(fields[first], rest, to) };
}
