import { DeadlineExceededError, FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { withinDeadline } from '../../common/runtime/deadline.ts';
import { podSelector } from '../manifests/names.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';
import { isObserved, type RestartView, restartView } from './restart-view.ts';
import { serviceSet } from './service-set.ts';

/** The controller takes a change up within a second; it may be busy, or be elected anew. */
const observedWithinMs = 120_000;

/**
 * The StatefulSet of the service and its pods now, once its controller has taken up the last change.
 * @throws FirecampError FC-CLI-002 when it does not
 */
export async function observeService(operation: Operation, name: string): Promise<RestartView> {
  const { ports, settings, signal } = operation;
  const set = await observedSet(operation, name);
  const labels = Object.entries(podSelector({ name }).matchLabels).map((label) => label.join('='));
  const scope = { namespace: settings.namespace, labelSelector: labels.join(',') };
  const { items } = await retried(operation, () => ports.kube.list(kinds.Pod, scope, { signal }));
  return restartView(set, items);
}

async function observedSet(operation: Operation, name: string): Promise<LiveObject> {
  const set = await serviceSet(operation, name);
  if (isObserved(set)) return set;
  const what = `Waiting for the controller of StatefulSet ${name}`;
  try {
    return await withinDeadline(operation.ports.clock, observedWithinMs, what, (signal) =>
      awaitObserved({ ...operation, signal: AbortSignal.any([operation.signal, signal]) }, name),
    );
  } catch (error) {
    if (!(error instanceof DeadlineExceededError)) throw error;
    const message = `The StatefulSet ${name} in namespace ${operation.settings.namespace} was changed, and its controller has not taken that up within ${observedWithinMs / 1000} s: is kube-controller-manager running?`;
    throw new FirecampError('FC-CLI-002', message, { fields: { service: name }, cause: error });
  }
}

async function awaitObserved(operation: Operation, name: string): Promise<LiveObject> {
  const { ports, settings, signal } = operation;
  const scope = { namespace: settings.namespace, fieldSelector: `metadata.name=${name}` };
  for await (const event of ports.kube.watch(kinds.StatefulSet, scope, { signal })) {
    const set = event.type === 'LISTED' ? event.objects[0] : event.object;
    // Says in its own words that there is none.
    if (set === undefined || event.type === 'DELETED') return await serviceSet(operation, name);
    if (isObserved(set)) return set;
  }
  throw new TypeError('a watch ends with an error only');
}
