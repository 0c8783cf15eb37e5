import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { numberAt } from '../definition/field-reader.ts';
import { updateObject } from '../objects/update-object.ts';
import { type Change, type Operation, step } from '../operation.ts';
import type { OperationResult } from '../service-operations.ts';
import { awaitPodsGone } from './await-pods-gone.ts';
import { withReplicas } from './stopped-from.ts';
import { findWorkload, refuseStrange } from './workload.ts';

/**
 * Takes all pods of the service away and waits until every one is gone; addresses, volumes, names and records stay. The count is remembered at
 * the StatefulSet for `startService`. An absent service and one that is stopped are fine. Cut off, the next run goes on waiting.
 *
 * @param options timeoutSeconds: how long the pods may take, all together; 600 without
 * @throws DeadlineExceededError FC-CLM-006 that names the pods that are left; the service stays scaled to none
 */
export async function stopService(
  operation: Operation,
  service: string,
  options: { readonly timeoutSeconds?: number } = {},
): Promise<OperationResult> {
  const found = await findWorkload(operation, service);
  if (found === undefined) return { changes: [] };
  const updated = await updateObject(operation, found.ref, (live) => {
    refuseStrange(operation, { ref: found.ref, live }, service);
    return replicasOf(live) === 0 ? undefined : withReplicas(live, 0);
  });
  if (updated === undefined) return { changes: [] };
  const { before, after } = updated;
  const about = { kind: found.ref.kind.kind, name: service };
  const change: Change =
    replicasOf(before) === 0
      ? { action: 'keep', ...about, detail: 'it has no replicas already' }
      : { action: 'update', ...about, detail: `replicas: ${replicasOf(before)} → 0` };
  if (operation.dryRun === 'none') {
    const workload = { ref: found.ref, live: after };
    await step(operation, { step: 'stop' }, () => awaitPodsGone(operation, workload, options.timeoutSeconds ?? 600));
  }
  return { changes: [change] };
}

function replicasOf(live: LiveObject): number {
  return numberAt(live, 'spec', 'replicas') ?? 1;
}
