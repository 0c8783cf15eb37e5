import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { textAt } from '../definition/field-reader.ts';
import { kinds } from '../objects/kinds.ts';
import { kubeRetried, readObject } from '../objects/kube-calls.ts';
import { labelsOf } from '../objects/object-owner.ts';
import type { Operation } from '../operation.ts';
import type { TaskStatus } from '../service-operations.ts';
import { jobOutcome, podFailure } from './job-outcome.ts';

/**
 * How far a task is, and why it failed: the Job's words, then those of the pod that failed last.
 *
 * @throws FirecampError FC-SVC-008 when there is no such task, or the Job of that name is no task of firecamp's
 */
export async function getTaskStatus(operation: Operation, taskId: string): Promise<TaskStatus> {
  const { namespace } = operation.settings;
  const job = await readObject(operation, { kind: kinds.Job, namespace, name: taskId });
  if (job === undefined) throw notFound(operation, taskId, `There is no task ${taskId}`);
  if (labelsOf(job)['firecamp-taskservice'] === undefined) {
    throw notFound(operation, taskId, `The Job ${taskId} is no task of a service`);
  }
  const startedAt = textAt(job, 'status', 'startTime');
  const { state, at, words } = jobOutcome(job);
  if (state === 'running') return { taskId, status: 'running', startedAt, finishedAt: undefined, reason: undefined };
  const failure = state === 'failed' ? podFailure(await podsOf(operation, job)) : undefined;
  const reason = state === 'succeeded' ? 'success' : [words, failure].filter((part) => part).join('; ') || 'failed';
  return { taskId, status: 'stopped', startedAt, finishedAt: at, reason };
}

async function podsOf(operation: Operation, job: LiveObject): Promise<readonly LiveObject[]> {
  const { namespace } = operation.settings;
  const labelSelector = `batch.kubernetes.io/controller-uid=${job.metadata.uid}`;
  const list = await kubeRetried(operation, ({ signal }) =>
    operation.ports.kube.list(kinds.Pod, { namespace, labelSelector }, { signal }),
  );
  return list.items;
}

function notFound({ settings: { namespace } }: Operation, taskId: string, what: string): FirecampError {
  return new FirecampError('FC-SVC-008', `${what} in namespace ${namespace}.`, { fields: { taskId, namespace } });
}
