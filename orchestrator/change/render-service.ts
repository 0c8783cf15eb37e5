import { assertOwnPlace } from '../creation/create-service.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import type { Operation } from '../operation.ts';
import { findServiceIfAny } from '../records/service-view.ts';
import { wantedObjects } from './wanted-objects.ts';

/**
 * The objects of the service in the order in which they are to be applied, with addresses, volumes and UUID out of its records where it
 * exists: what `createService` and `applyService` apply. Nothing is written.
 *
 * @throws FirecampError FC-CFG-001 for a definition of another place, FC-REC-008 when another namespace has the service, FC-NET-005
 */
export async function renderService(operation: Operation, definition: ServiceDefinition): Promise<KubeObject[]> {
  assertOwnPlace(operation, definition);
  const view = definition.testMode ? undefined : await findServiceIfAny(operation, definition.name);
  return (await wantedObjects(operation, definition, view)).objects;
}
