import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { together } from '../../common/runtime/together.ts';
import { textAt } from '../definition/field-reader.ts';
import { kinds } from '../objects/kinds.ts';
import { kubeRetried } from '../objects/kube-calls.ts';
import type { Operation } from '../operation.ts';
import type { ServiceTask } from '../service-operations.ts';

/** The pods of a service that are pending or run, of its members first and then of its tasks, by name; empty when there is no service. */
export async function listActiveServiceTasks(operation: Operation, service: string): Promise<ServiceTask[]> {
  const [members, tasks] = await together(operation.signal, [
    (signal) => activePods({ ...operation, signal }, `firecamp-servicename=${service}`),
    (signal) => activePods({ ...operation, signal }, `firecamp-taskservice=${service}`),
  ]);
  return [...members, ...tasks];
}

/**
 * The service's pod on a node, of its members; FireCamp calls the node a container instance.
 *
 * @throws FirecampError FC-SVC-008 when there is none, FC-SVC-009 when there are more
 */
export async function getServiceTask(
  operation: Operation,
  service: string,
  containerInstanceId: string,
): Promise<ServiceTask> {
  const pods = await activePods(operation, `firecamp-servicename=${service}`, containerInstanceId);
  const [pod, ...others] = pods;
  const { namespace } = operation.settings;
  const fields = { service, namespace, node: containerInstanceId };
  if (pod === undefined) {
    const message = `The service ${service} has no running pod on node ${containerInstanceId} in namespace ${namespace}.`;
    throw new FirecampError('FC-SVC-008', message, { fields });
  }
  if (others.length === 0) return pod;
  const names = pods.map(({ taskId }) => taskId);
  const message = `The service ${service} has ${names.length} pods on node ${containerInstanceId} in namespace ${namespace}: ${names.join(', ')}.`;
  throw new FirecampError('FC-SVC-009', message, { fields: { ...fields, pods: names } });
}

async function activePods(operation: Operation, labelSelector: string, node?: string): Promise<ServiceTask[]> {
  const { namespace } = operation.settings;
  const scope = { namespace, labelSelector, ...(node !== undefined && { fieldSelector: `spec.nodeName=${node}` }) };
  const { items } = await kubeRetried(operation, ({ signal }) =>
    operation.ports.kube.list(kinds.Pod, scope, { signal }),
  );
  return items
    .map(serviceTask)
    .filter(({ phase }) => phase === 'Pending' || phase === 'Running')
    .toSorted((one, other) => one.taskId.localeCompare(other.taskId, 'en', { numeric: true }));
}

function serviceTask(pod: LiveObject): ServiceTask {
  const { name, uid } = pod.metadata;
  const phase = textAt(pod, 'status', 'phase') ?? 'Unknown';
  return { taskId: name, podUid: uid, phase, node: textAt(pod, 'spec', 'nodeName') };
}
