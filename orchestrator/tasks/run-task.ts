import { FirecampError } from '../../common/domain/errors.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { taskJob, taskName } from '../manifests/job.ts';
import { awaitGone } from '../objects/await-gone.ts';
import { refOf } from '../objects/kinds.ts';
import { kubeRetried, readObject, rejection } from '../objects/kube-calls.ts';
import { refuseForeign, type Seen } from '../objects/look-at-objects.ts';
import { type Operation, step } from '../operation.ts';
import { serviceFacts } from '../records/manifest-facts.ts';
import { readDefinition } from '../records/read-definition.ts';
import { getService } from '../records/service-view.ts';
import type { TaskRequest } from '../service-operations.ts';

/** A task that was deleted may have pods that use their grace period. */
const goneSeconds = 120;

/**
 * Starts a task of the service as the Job `<service>-<task type>`, which is tried three times in all; does not wait for it. A Job of that name that
 * is there already, also one that has ended, is the task: it is not started again.
 *
 * @returns the task's id, the Job's name
 * @throws FirecampError FC-SVC-002 and FC-SVC-004 (no such service, nothing known of it), FC-K8S-005 a Job of somebody else, FC-K8S-006 the API
 *   server does not take it, FC-CFG-001 a task type of which no name can be made
 */
export async function runTask(operation: Operation, service: string, task: TaskRequest): Promise<string> {
  const id = checkedName(service, task.taskType);
  const view = await getService(operation, service);
  const definition = await readDefinition(operation, view);
  const facts = serviceFacts(view, undefined);
  const { serviceUuid } = facts;
  const wanted = taskJob(definition, facts, definitionOf(definition, task));
  await step(operation, { step: `task ${task.taskType}` }, async () => {
    const ref = refOf(wanted);
    const live = await readObject(operation, ref);
    const seen: Seen = { wanted, ref, live };
    refuseForeign(operation, [seen], { service, serviceUuid });
    if (live !== undefined && live.metadata['deletionTimestamp'] === undefined) return;
    if (operation.dryRun === 'client') return;
    if (live !== undefined && operation.dryRun === 'none') await awaitGone(operation, [{ ref, live }], goneSeconds);
    if (live === undefined || operation.dryRun === 'none') await create(operation, seen, { service, serviceUuid });
  });
  return id;
}

/** Sent again after a lost answer it finds the Job that the first one made. */
async function create(
  operation: Operation,
  { wanted, ref }: Seen,
  owner: { readonly service: string; readonly serviceUuid: string | undefined },
): Promise<void> {
  const body = { ...wanted, metadata: { ...wanted.metadata } };
  const dryRun = operation.dryRun === 'server';
  try {
    const made = await kubeRetried(operation, ({ signal }) =>
      operation.ports.kube.create(ref, body, { signal, dryRun }),
    );
    if (made !== 'exists') return;
  } catch (error) {
    const words = rejection(error);
    if (words === undefined) throw error;
    const message = `The API server does not take the task ${ref.name} of service ${owner.service}: ${words}`;
    throw new FirecampError('FC-K8S-006', message, { fields: { service: owner.service, task: ref.name } });
  }
  refuseForeign(operation, [{ wanted, ref, live: await readObject(operation, ref) }], owner);
}

function definitionOf(service: ServiceDefinition, { taskType, image, command, env }: TaskRequest) {
  return { type: taskType, image: image ?? service.image, env: env ?? {}, ...(command !== undefined && { command }) };
}

/** A Job's name is a label of its pods (Kubernetes documentation, "Jobs"). */
function checkedName(service: string, taskType: string): string {
  const id = taskName(service, taskType);
  if (/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(taskType) && id.length <= 63) return id;
  const message = `No task can be called ${id}: a task type has lower case letters, digits and hyphens, and with the service's name at most 63 characters.`;
  throw new FirecampError('FC-CFG-001', message, { fields: { service, taskType } });
}
