import { FirecampError } from '../../common/domain/errors.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { serviceManifests } from '../manifests/service-manifests.ts';
import { applyObjects } from '../objects/apply-objects.ts';
import { deleteObjects } from '../objects/delete-objects.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import { clusterFacts, serviceFacts } from '../records/manifest-facts.ts';
import { findService } from '../records/service-view.ts';
import type { OperationResult } from '../service-operations.ts';

/**
 * Creates the objects of a stateless service: a Deployment, its disruption budget and, where clients use a port, a Service. What exists and is
 * the same is accepted.
 *
 * @throws FirecampError FC-CFG-001 for a stateful service, FC-SVC-001 that shows the difference where the service exists and is another
 */
export async function createReplicaSet(operation: Operation, service: ServiceDefinition): Promise<OperationResult> {
  if (service.type !== 'stateless') {
    const message = `The service ${service.name} is ${service.type}; a replica set is for a stateless one, whose pods have neither address nor volume.`;
    throw new FirecampError('FC-CFG-001', message, { fields: { service: service.name, type: service.type } });
  }
  const view = await findService(operation, service.name);
  const facts = serviceFacts(view, undefined);
  const objects = serviceManifests(service, facts, await clusterFacts(operation, undefined, service.name));
  const owner = { service: service.name, serviceUuid: facts.serviceUuid };
  return { changes: await applyObjects(operation, objects, owner, { existing: 'same' }) };
}

/** Deletes the Deployment and waits for its pods' end, then what is beside it; absent is fine. */
export async function deleteReplicaSet(
  operation: Operation,
  service: string,
  options: { readonly timeoutSeconds?: number } = {},
): Promise<OperationResult> {
  const { namespace } = operation.settings;
  const refs = [kinds.Deployment, kinds.PodDisruptionBudget, kinds.Service].map((kind) => ({
    ...{ kind, namespace },
    name: service,
  }));
  const changes = await deleteObjects(
    operation,
    refs,
    { service, serviceUuid: undefined },
    {
      // In the foreground a Deployment is there until its last pod is gone.
      propagationPolicy: 'Foreground',
      waitSeconds: options.timeoutSeconds ?? 600,
    },
  );
  return { changes };
}
