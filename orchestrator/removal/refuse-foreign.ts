import { FirecampError } from '../../common/domain/errors.ts';
import { kinds } from '../objects/kinds.ts';
import { kubeRetried, named, readObject } from '../objects/kube-calls.ts';
import { labelsOf, type ObjectOwner, strangeness } from '../objects/object-owner.ts';
import type { Operation } from '../operation.ts';
import type { ServiceView } from '../records/service-view.ts';

/**
 * Looks for what runs members of this service and is not ours to stop: taking their addresses away from under them would be the worst
 * that a deletion can do. Nothing is written.
 *
 * @throws FirecampError FC-K8S-005 for a StatefulSet of its name that is not ours, as FireCamp's own; FC-REC-008 for pods in other namespaces
 */
export async function refuseForeignMembers(
  operation: Operation,
  owner: ObjectOwner,
  view: Pick<ServiceView, 'attr'>,
): Promise<void> {
  const { namespace } = operation.settings;
  const ref = { kind: kinds.StatefulSet, namespace, name: owner.service };
  const live = await readObject(operation, ref);
  const why = live && strangeness(live, owner, operation.settings, false);
  if (why !== undefined) {
    const message = `The members of service ${owner.service} may be run by an object that is not this service’s: ${named(ref)} in namespace ${namespace} ${why}. Nothing was deleted.`;
    throw new FirecampError('FC-K8S-005', message, {
      fields: { service: owner.service, namespace, objects: [named(ref)] },
    });
  }
  // Records of FireCamp do not say whose namespace the service is.
  if (view.attr?.record.namespace === undefined) await refuseForeignPods(operation, owner);
}

async function refuseForeignPods(operation: Operation, { service, serviceUuid }: ObjectOwner): Promise<void> {
  const { settings, ports } = operation;
  const labelSelector = `firecamp-servicename=${service}`;
  const pods = await kubeRetried(operation, ({ signal }) =>
    ports.kube.list(kinds.Pod, { labelSelector }, { signal }),
  ).catch((error: unknown) => {
    if (!(error instanceof FirecampError) || error.code !== 'FC-K8S-002') throw error;
    ports.log.warn(
      `whether pods of the service ${service} run in other namespaces may not be looked at: ${error.message}`,
      {
        service,
      },
    );
    return { items: [] };
  });
  const elsewhere = pods.items.filter((pod) => {
    const uuid = labelsOf(pod)['firecamp-serviceuuid'] ?? serviceUuid;
    return pod.metadata.namespace !== settings.namespace && uuid === serviceUuid;
  });
  const [first] = elsewhere;
  if (first === undefined) return;
  const where = String(first.metadata.namespace);
  const message = `Pods of service ${service} run in namespace ${where}, not in ${settings.namespace}: ${elsewhere.map(({ metadata }) => metadata.name).join(', ')}. Nothing was deleted.`;
  throw new FirecampError('FC-REC-008', message, { fields: { service, namespace: where } });
}
