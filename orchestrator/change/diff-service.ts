import { assertOwnPlace } from '../creation/create-service.ts';
import { assertNotDeleting } from '../creation/same-service.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { compareObjects } from '../objects/compare-objects.ts';
import type { Operation } from '../operation.ts';
import { definitionDifferences } from '../records/definition-differences.ts';
import { readDefinition } from '../records/read-definition.ts';
import { findServiceIfAny, type ServiceView } from '../records/service-view.ts';
import type { ObjectDifference } from '../service-operations.ts';
import { refuseFixedChanges } from './fixed-fields.ts';
import { keepStopped, wantedObjects } from './wanted-objects.ts';

/**
 * What `applyService` would change: of the objects, as the API server would have them, and of the definition that the records hold. A service
 * that is stopped stays so. Members that would come are not shown with their objects: what they will be is not known before. Nothing is
 * written.
 *
 * @throws FirecampError FC-SVC-003 while it is being deleted, FC-SVC-005 with everything that can never be changed, FC-K8S-005 objects of
 * somebody else, FC-K8S-006 when the API server does not take one
 */
export async function diffService(
  operation: Operation,
  definition: ServiceDefinition,
): Promise<readonly ObjectDifference[]> {
  assertOwnPlace(operation, definition);
  const view = definition.testMode ? undefined : await findServiceIfAny(operation, definition.name);
  const records = await definitionDifference(operation, definition, view);
  const { objects, owner } = await wantedObjects(operation, definition, view);
  const compared = await compareObjects(operation, await keepStopped(operation, definition.name, objects), owner);
  return [...records, ...compared];
}

async function definitionDifference(
  operation: Operation,
  definition: ServiceDefinition,
  view: ServiceView | undefined,
): Promise<ObjectDifference[]> {
  const attr = view?.attr?.record;
  if (definition.testMode) return [];
  const object = `Definition ${definition.name}`;
  const wanted = { ...definition };
  if (view === undefined || attr === undefined) return [{ object, action: 'create', live: undefined, wanted }];
  assertNotDeleting(attr);
  if (attr.definition === undefined) return [{ object, action: 'create', live: undefined, wanted }];
  const was = await readDefinition(operation, view);
  refuseFixedChanges(was, definition, view.members);
  const action = definitionDifferences(was, definition).length === 0 ? 'none' : 'update';
  return [{ object, action, live: { ...was }, wanted }];
}
