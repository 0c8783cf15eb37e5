import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { together } from '../../common/runtime/together.ts';
import { listAt, textAt } from '../definition/field-reader.ts';
import type { Operation } from '../operation.ts';
import { commonScope, type FoundObject } from './found-objects.ts';
import { type WatchedObjects, watchUntil } from './watch-until.ts';

/**
 * Waits until these objects, known by their UIDs, are gone: one watch for each kind.
 *
 * @throws DeadlineExceededError FC-CLM-006 that names what is left and what holds it up
 */
export async function awaitGone(
  operation: Pick<Operation, 'ports' | 'signal' | 'progress'>,
  doomed: readonly FoundObject[],
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
  group: readonly FoundObject[],
  seconds: number,
): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const { kind } = first.ref;
  const left = (objects: WatchedObjects) => group.filter(({ live }) => objects.has(live.metadata.uid));
  await watchUntil(operation, {
    kind,
    scope: commonScope(group, first),
    seconds,
    check: (objects) => (left(objects).length === 0 ? true : undefined),
    late: (objects) => {
      if (objects === undefined) return `The API server did not say whether ${kind.plural} are gone.`;
      const named = left(objects).map(({ live }) => holdUp(objects.get(live.metadata.uid) ?? live));
      return `Not gone yet: ${named.slice(0, 10).join('; ')}${named.length > 10 ? ` and ${named.length - 10} more` : ''}.`;
    },
  });
}

/** What keeps an object that is being deleted. */
function holdUp(live: LiveObject): string {
  const finalizers = listAt(live, 'metadata', 'finalizers').map(String);
  const since = textAt(live, 'metadata', 'deletionTimestamp');
  const asked = since === undefined ? 'not being deleted' : `being deleted since ${since}`;
  const held = finalizers.length === 0 ? '' : `, held by ${finalizers.join(', ')}`;
  return `${live.kind} ${live.metadata.name} (${asked}${held})`;
}
