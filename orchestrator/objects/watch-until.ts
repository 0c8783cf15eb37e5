import { DeadlineExceededError, InterruptedError } from '../../common/domain/errors.ts';
import type { LiveObject, ObjectKind, ObjectScope } from '../../common/ports/kube-objects.ts';
import { deadlineAfter } from '../../common/runtime/deadline.ts';
import type { Operation } from '../operation.ts';

/** Objects of one kind by their UID, as of the last thing that the watch told. */
export type WatchedObjects = ReadonlyMap<string, LiveObject>;

interface Watched<T> {
  readonly kind: ObjectKind;
  readonly scope: ObjectScope;
  readonly seconds: number;
  /** Called with all objects at first, then after each change; the wait ends with what is not undefined. */
  readonly check: (objects: WatchedObjects) => T | undefined;
  /** What was waited for and what holds it up, a whole sentence; undefined: the API server has told nothing so far. */
  readonly late: (objects: WatchedObjects | undefined) => string;
}

/**
 * Watches objects until something is true of them. Lost connections and failures of the API server are lived through until the time is over.
 *
 * @throws DeadlineExceededError FC-CLM-006 with the words of `late`
 */
export async function watchUntil<T>(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  { kind, scope, seconds, check, late }: Watched<T>,
): Promise<T> {
  using deadline = deadlineAfter(ports.clock, seconds * 1000, `watching ${kind.plural}`);
  let objects: Map<string, LiveObject> | undefined;
  try {
    const events = ports.kube.watch(kind, scope, { signal: AbortSignal.any([signal, deadline.signal]) });
    for await (const event of events) {
      objects ??= new Map();
      if (event.type === 'LISTED') objects = new Map(event.objects.map((object) => [object.metadata.uid, object]));
      else if (event.type === 'DELETED') objects.delete(event.object.metadata.uid);
      else objects.set(event.object.metadata.uid, event.object);
      const found = check(objects);
      if (found !== undefined) return found;
    }
  } catch (error) {
    const over = error instanceof InterruptedError && deadline.signal.aborted && !signal.aborted;
    if (!over) throw error;
    throw new DeadlineExceededError(`${late(objects)} It was waited for ${seconds} s.`, { cause: error });
  }
  throw new InterruptedError(`watching ${kind.plural}`, signal.reason);
}
