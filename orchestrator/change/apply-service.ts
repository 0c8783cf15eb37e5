import type { ServiceAttrRecord } from '../../common/domain/records.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import { assertOwnPlace, createService } from '../creation/create-service.ts';
import { assertNotDeleting } from '../creation/same-service.ts';
import { scaleService } from '../creation/scale-service.ts';
import { judgeDefinition } from '../definition/judge-definition.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { applyObjects } from '../objects/apply-objects.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { readDefinition } from '../records/read-definition.ts';
import { findServiceIfAny, getService, type ServiceView } from '../records/service-view.ts';
import type { OperationResult } from '../service-operations.ts';
import { adoptionDifferences } from './adoption-differences.ts';
import { changeService } from './change-service.ts';
import { refuseChanges, refuseFixedChanges } from './fixed-fields.ts';
import { joinChanges } from './join-changes.ts';
import { deleteStaleServices } from './stale-services.ts';
import { keepStopped, wantedObjects } from './wanted-objects.ts';

type FoundService = ServiceView & { readonly attr: Stored<ServiceAttrRecord> };

/**
 * Makes the service what the definition says: creates it when it is not there, and else changes what is otherwise. The same definition again
 * changes nothing. Running pods keep what they have until they are restarted; the answer names them. The records of a service that FireCamp
 * made are taken over when what they say is what the definition says: they get namespace and definition, and what is not known in them stays.
 *
 * Members that are too many are taken away first, and kept for later as by `scaleService`.
 *
 * @throws FirecampError FC-CFG-001 for a definition that no service file could hold, FC-SVC-003 while it is being deleted, FC-SVC-005 with everything that can never be changed, old and new, before
 * anything is written; as `createService` and `scaleService`
 */
export async function applyService(operation: Operation, definition: ServiceDefinition): Promise<OperationResult> {
  assertOwnPlace(operation, definition);
  judgeDefinition(definition);
  if (definition.testMode) return await applyForTest(operation, definition);
  const found = await findServiceIfAny(operation, definition.name);
  if (found?.attr === undefined) return await createService(operation, definition);
  assertNotDeleting(found.attr.record);
  const view = { ...found, attr: found.attr };
  const changes =
    view.attr.record.definition === undefined
      ? await adoptService(operation, view, definition)
      : await changeDefined(operation, view, definition);
  return { changes: joinChanges(changes) };
}

/** Nothing but the objects exists of a service whose pods have TESTMODE. */
async function applyForTest(operation: Operation, definition: ServiceDefinition): Promise<OperationResult> {
  const wanted = await wantedObjects(operation, definition, undefined);
  const objects = await keepStopped(operation, definition.name, wanted.objects);
  const applied = await applyObjects(operation, objects, wanted.owner);
  return { changes: [...applied, ...(await deleteStaleServices(operation, objects, wanted.owner))] };
}

async function changeDefined(operation: Operation, view: FoundService, is: ServiceDefinition): Promise<Change[]> {
  const was = await readDefinition(operation, view);
  refuseFixedChanges(was, is, view.members);
  if (is.replicas >= was.replicas) return await changeService(operation, { view, was, is });
  const { changes } = await scaleService(operation, is.name, is.replicas);
  if (operation.dryRun !== 'none') return [...changes, ...(await changeService(operation, { view, was, is }))];
  const { attr = view.attr, ...records } = await getService(operation, is.name);
  const shrunk = { view: { ...records, attr }, was: { ...was, replicas: is.replicas }, is };
  return [...changes, ...(await changeService(operation, shrunk))];
}

async function adoptService(operation: Operation, view: FoundService, is: ServiceDefinition): Promise<Change[]> {
  refuseChanges(is.name, adoptionDifferences(view.attr.record, view.members, is));
  return await step(operation, { step: 'take the service over' }, () =>
    changeService(operation, { view, was: undefined, is }),
  );
}
