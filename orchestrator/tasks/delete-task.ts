import { taskName } from '../manifests/job.ts';
import { deleteObjects } from '../objects/delete-objects.ts';
import { kinds } from '../objects/kinds.ts';
import { type Change, type Operation, step } from '../operation.ts';

/**
 * Deletes a task's Job with its pods and waits until all are gone; absent is fine. A Job of that name that is somebody else's is kept, and said.
 *
 * @param options waitSeconds: how long that may take; 120 without
 * @throws DeadlineExceededError FC-CLM-006 when it takes longer, with what holds it
 */
export async function deleteTask(
  operation: Operation,
  service: string,
  taskType: string,
  { waitSeconds = 120 }: { readonly waitSeconds?: number } = {},
): Promise<Change[]> {
  const ref = { kind: kinds.Job, namespace: operation.settings.namespace, name: taskName(service, taskType) };
  // In the foreground the Job is there until its last pod is gone.
  const options = { propagationPolicy: 'Foreground', waitSeconds } as const;
  const owner = { service, serviceUuid: undefined };
  return await step(operation, { step: `delete task ${taskType}` }, () =>
    deleteObjects(operation, [ref], owner, options),
  );
}
