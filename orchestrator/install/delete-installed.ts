import { RequestFailedError } from '../../common/domain/errors.ts';
import type { ObjectRef } from '../../common/ports/kube-objects.ts';
import { kubeRetried, named, readObject } from '../objects/kube-calls.ts';
import { isInstalled, strangeness } from '../objects/object-owner.ts';
import type { Change, Operation } from '../operation.ts';
import { installationOwner } from './installation-owner.ts';

/** Deletes an object if `firecamp install` made it; one of somebody else is kept, one that is gone is not told. */
export async function deleteInstalled(operation: Operation, ref: ObjectRef): Promise<Change[]> {
  const about = { kind: ref.kind.kind, name: ref.name };
  return await kubeRetried(operation, async ({ signal }) => {
    const live = await readObject(operation, ref);
    if (live === undefined) return [];
    const why = strangeness(live, installationOwner, operation.settings, true);
    if (why !== undefined || !isInstalled(live)) {
      return [{ action: 'keep', ...about, detail: `it ${why ?? 'is not of the installation'}` }];
    }
    const change: Change = { action: 'delete', ...about };
    if (operation.dryRun === 'client') return [change];
    const { uid } = live.metadata;
    const options = { signal, propagationPolicy: 'Background', uid, dryRun: operation.dryRun === 'server' } as const;
    if ((await operation.ports.kube.delete(ref, options)) !== 'changed') return [change];
    const message = `${named(ref)} was replaced while it was being deleted.`;
    throw new RequestFailedError('FC-K8S-001', message, { effect: 'none', transient: true });
  });
}
