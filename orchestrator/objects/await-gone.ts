import type { LiveObject, ObjectRef, ObjectScope } from '../../common/ports/kube-objects.ts';
import { together } from '../../common/runtime/together.ts';
import { listAt, textAt } from '../definition/field-reader.ts';
import type { Operation } from '../operation.ts';
import { labelsOf } from './object-owner.ts';
import { type WatchedObjects, watchUntil } from './watch-until.ts';

/** An object that is to be gone. */
export interface Doomed {
  readonly ref: ObjectRef;
  readonly live: LiveObject;
}

/**
 * Waits until these objects, known by their UIDs, are gone: one watch for each kind.
 *
 * @throws DeadlineExceededError FC-CLM-006 that names what is left and what holds it up
 */
export async function awaitGone(
  operation: Pick<Operation, 'ports' | 'signal' | 'progress'>,
  doomed: readonly Doomed[],
  seconds: number,
): Promise<void> {
  const groups = Map.groupBy(doomed, ({ ref }) => `${ref.kind.plural} ${ref.namespace ?? ''}`);
  const waits = [...groups.values()].map((group) => async (signal: AbortSignal) => {
    await awaitGroup({ ...operation, signal }, group, seconds);
  });
  await together(operation.signal, waits);
}

async function awaitGroup(
  operation: Pick<Operation, 'ports' | 'signal' | 'progress'>,
  group: readonly Doomed[],
  seconds: number,
): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const { kind } = first.ref;
  const left = (objects: WatchedObjects) => group.filter(({ live }) => objects.has(live.metadata.uid));
  await watchUntil(operation, {
    kind,
    scope: scopeOf(group, first),
    seconds,
    check: (objects) => (left(objects).length === 0 ? true : undefined),
    late: (objects) => {
      if (objects === undefined) return `The API server did not say whether ${kind.plural} are gone.`;
      const named = left(objects).map(({ live }) => holdUp(objects.get(live.metadata.uid) ?? live));
      return `Not gone yet: ${named.slice(0, 10).join('; ')}${named.length > 10 ? ` and ${named.length - 10} more` : ''}.`;
    },
  });
}

/** One is watched by its name, many by the service that they have in common. */
function scopeOf(group: readonly Doomed[], first: Doomed): ObjectScope {
  const within = first.ref.namespace === undefined ? {} : { namespace: first.ref.namespace };
  if (group.length === 1) return { ...within, fieldSelector: `metadata.name=${first.ref.name}` };
  const services = new Set(group.map(({ live }) => labelsOf(live)['firecamp-servicename']));
  const [service] = services;
  const common = services.size === 1 && typeof service === 'string';
  return common ? { ...within, labelSelector: `firecamp-servicename=${service}` } : within;
}

/** What keeps an object that is being deleted. */
function holdUp(live: LiveObject): string {
  const finalizers = listAt(live, 'metadata', 'finalizers').map(String);
  const since = textAt(live, 'metadata', 'deletionTimestamp');
  const asked = since === undefined ? 'not being deleted' : `being deleted since ${since}`;
  const held = finalizers.length === 0 ? '' : `, held by ${finalizers.join(', ')}`;
  return `${live.kind} ${live.metadata.name} (${asked}${held})`;
}
