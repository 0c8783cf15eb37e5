import { RequestFailedError } from '../../common/domain/errors.ts';
import type { LiveObject, ObjectRef } from '../../common/ports/kube-objects.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import type { Change, Operation } from '../operation.ts';
import { awaitGone } from './await-gone.ts';
import type { FoundObject } from './found-objects.ts';
import { kubeRetried, named, readObject, requestsAtOnce } from './kube-calls.ts';
import { type ObjectOwner, strangeness } from './object-owner.ts';
import { readObjects } from './read-objects.ts';
import { stagesOf } from './stages.ts';

/** How objects are deleted. */
export interface DeleteObjectsOptions {
  /** What becomes of what they own; `Background` without. */
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  /** Seconds that each kind may take to be gone before the next is deleted; without it nothing is waited for. */
  readonly waitSeconds?: number;
}

/**
 * Deletes the owner's objects in their order, kind by kind, those of one kind side by side. What is absent is left out of the answer; what
 * is somebody else's is kept, and said. Each is deleted by its UID: one that came in its place meanwhile stays.
 *
 * @throws DeadlineExceededError FC-CLM-006 that names what is not gone in time and what holds it up
 */
export async function deleteObjects(
  operation: Operation,
  refs: readonly ObjectRef[],
  owner: ObjectOwner,
  options: DeleteObjectsOptions = {},
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const stage of stagesOf(refs, ({ kind }) => kind.kind)) {
    const lives = await readObjects(operation, stage);
    const looked = stage.map((ref, index) => ({ ref, first: lives[index] }));
    const deleted = await bounded(operation.signal, looked, requestsAtOnce, (one, signal) =>
      deleteOne({ ...operation, signal }, one, owner, options),
    );
    changes.push(...deleted.flatMap(({ change }) => change ?? []));
    const doomed = deleted.flatMap(({ doomed }) => doomed ?? []);
    if (options.waitSeconds === undefined || operation.dryRun !== 'none' || doomed.length === 0) continue;
    await awaitGone(operation, doomed, options.waitSeconds);
  }
  return changes;
}

async function deleteOne(
  operation: Operation,
  { ref, first }: { readonly ref: ObjectRef; readonly first: LiveObject | undefined },
  owner: ObjectOwner,
  { propagationPolicy = 'Background' }: DeleteObjectsOptions,
): Promise<{ readonly change?: Change; readonly doomed?: FoundObject }> {
  const about = { kind: ref.kind.kind, name: ref.name };
  return await kubeRetried(operation, async ({ signal, attempt }) => {
    const live = attempt === 1 ? first : await readObject(operation, ref);
    if (live === undefined) return {};
    const why = strangeness(live, owner, operation.settings, false);
    if (why !== undefined) return { change: { action: 'keep', ...about, detail: `it ${why}` } };
    const change: Change = { action: 'delete', ...about };
    if (operation.dryRun === 'client') return { change };
    const dryRun = operation.dryRun === 'server';
    const { uid } = live.metadata;
    const answer = await operation.ports.kube.delete(ref, { signal, propagationPolicy, uid, dryRun });
    if (answer === 'accepted') return { change, doomed: { ref, live } };
    if (answer === 'absent') return { change };
    // Another of the same name: whose it is is looked at anew.
    const message = `${named(ref)} was replaced while it was being deleted.`;
    throw new RequestFailedError('FC-K8S-001', message, { effect: 'none', transient: true });
  });
}
