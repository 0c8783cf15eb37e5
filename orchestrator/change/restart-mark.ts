import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject, WriteOptions } from '../../common/ports/kube-objects.ts';
import { restartAnnotations } from '../manifests/names.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';
import { restartTimes } from './restart-view.ts';
import { serviceSet } from './service-set.ts';

/** Others write the object too (its controller, a scale-up); that somebody is always first is a fault elsewhere. */
const racesAtMost = 20;

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

/**
 * Changes the StatefulSet by compare and set; `change` sees it as it is now and returns undefined when there is nothing to do. Not by
 * server-side apply, which would give up every field that is not in the request.
 */
async function changeSet(
  operation: Operation,
  name: string,
  change: (set: LiveObject) => LiveObject | undefined,
): Promise<void> {
  const ref = { kind: kinds.StatefulSet, namespace: operation.settings.namespace, name };
  const options: WriteOptions = { signal: operation.signal, dryRun: operation.dryRun === 'server' };
  for (let race = 1; race <= racesAtMost; race++) {
    // What an answer that was lost has done is seen by the next look.
    const outcome = await retried(operation, async () => {
      const next = change(await serviceSet(operation, name));
      return next === undefined ? 'nothing' : await operation.ports.kube.replace(ref, next, options);
    });
    if (outcome !== 'lostRace' && outcome !== 'absent') return;
  }
  const message = `StatefulSet ${name} in namespace ${operation.settings.namespace} was changed by somebody else each of ${racesAtMost} times that it was to be marked for a restart; nothing was restarted.`;
  throw new FirecampError('FC-REC-003', message, { fields: { service: name } });
}

function withField(value: unknown, path: readonly string[], to: string): Readonly<Record<string, unknown>> {
  const [first, ...rest] = path;
  const fields: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  if (first === undefined) return fields;
  return { ...fields, [first]: rest.length === 0 ? to : withField(fields[first], rest, to) };
}
