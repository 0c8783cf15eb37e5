import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject, ObjectRef } from '../../common/ports/kube-objects.ts';
import type { Operation } from '../operation.ts';
import { kubeRetried, named } from './kube-calls.ts';

/** Others write the object too (its controller, another operation); that somebody is always first is a fault elsewhere. */
const racesAtMost = 20;

/** An object before and after a change; the same one twice where there was nothing to do. */
export interface UpdatedObject {
  readonly before: LiveObject;
  readonly after: LiveObject;
}

/**
 * Changes an object by compare and set: `change` sees it as it is now, and returns undefined when there is nothing to do. An answer that was
 * lost is made good by the next look. With a dry run nothing is written; `client` does not ask the server either.
 *
 * @returns undefined when there is no such object
 * @throws FirecampError FC-REC-003 when somebody else was first each time, and what `change` throws
 */
export async function updateObject(
  operation: Pick<Operation, 'ports' | 'signal' | 'dryRun'>,
  ref: ObjectRef,
  change: (live: LiveObject) => LiveObject | undefined,
): Promise<UpdatedObject | undefined> {
  const { kube } = operation.ports;
  let first: LiveObject | undefined;
  for (let race = 1; race <= racesAtMost; race++) {
    const outcome = await kubeRetried(operation, async ({ signal }) => {
      const live = await kube.get(ref, { signal });
      if (live === 'absent') return live;
      first ??= live;
      const next = change(live);
      if (next === undefined) return { before: first, after: live };
      if (operation.dryRun === 'client') return { before: first, after: next };
      const after = await kube.replace(ref, next, { signal, dryRun: operation.dryRun === 'server' });
      return typeof after === 'string' ? after : { before: first, after };
    });
    if (outcome === 'absent') return undefined;
    if (outcome !== 'lostRace') return outcome;
    first = undefined;
  }
  const message = `${named(ref)} was changed by somebody else each of ${racesAtMost} times that it was to be changed; it is as they left it.`;
  throw new FirecampError('FC-REC-003', message, { fields: { object: named(ref) } });
}
