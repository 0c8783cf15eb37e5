import type { Change, Operation } from '../operation.ts';
import { findService, type ServiceView } from '../records/service-view.ts';
import type { OperationResult } from '../service-operations.ts';
import { markDeleting } from './mark-deleting.ts';
import { refuseForeignMembers } from './refuse-foreign.ts';
import { refuseOtherRecords } from './refuse-other-records.ts';
import { removeObjects, removeService } from './remove-service.ts';
import { serviceObjects } from './service-objects.ts';

/**
 * Deletes a service with all that was made for it: its members are stopped first, then its Kubernetes objects, addresses, names, and its
 * records last go. EBS volumes stay unless their deletion is asked for. What is somebody else's is left, and said. Half-created and
 * half-deleted services are taken from where they are; an absent one is fine, and objects that are left of it are deleted.
 *
 * @returns what was deleted, and what was kept and why; with a dry run what would be
 * @throws FirecampError FC-REC-008 (another namespace's), FC-K8S-005 (its members are run by somebody else's object), FC-CLM-006 (pods,
 * objects or addresses that do not go away), FC-VOL-001 (volumes that stay attached), FC-NET-005, FC-REC-003
 */
export async function deleteService(
  operation: Operation,
  name: string,
  options: { readonly deleteVolumes?: boolean } = {},
): Promise<OperationResult> {
  const found = await findService(operation, name);
  if (found === undefined) return { changes: await removeLeftObjects(operation, name) };
  const serviceUuid = found.service.record.serviceUuid;
  await refuseForeignMembers(operation, { service: name, serviceUuid }, found);
  const view = await begin(operation, found);
  // Another deletion has come to its end meanwhile, and a new service has the name.
  if (view === undefined) return { changes: [] };
  return { changes: await removeService(operation, view, options.deleteVolumes ?? false) };
}

/** From here on nobody else changes the service; undefined when it is gone and its name is another's. */
async function begin(operation: Operation, view: ServiceView): Promise<ServiceView | undefined> {
  const { attr } = view;
  if (attr === undefined || operation.dryRun !== 'none') return view;
  const marked = await markDeleting(operation, attr);
  // Whoever was creating or scaling has been stopped by the mark; what it has written until then is to go too.
  const now = await findService(operation, view.service.record.serviceName);
  if (now !== undefined && now.service.record.serviceUuid !== view.service.record.serviceUuid) return undefined;
  return { ...view, attr: marked, members: now?.members ?? view.members };
}

/** Objects that a service has left which has no records; by their name others may have come in its place. */
async function removeLeftObjects(operation: Operation, name: string): Promise<Change[]> {
  if ((await serviceObjects(operation, name)).length === 0) return [];
  await refuseOtherRecords(operation, name);
  return await removeObjects(operation, name, undefined);
}
