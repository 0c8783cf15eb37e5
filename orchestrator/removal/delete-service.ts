import { memberDnsName } from '../creation/member-names.ts';
import { deleteObjects } from '../objects/delete-objects.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { findService, type ServiceView } from '../records/service-view.ts';
import type { OperationResult } from '../service-operations.ts';
import { deleteNames } from './delete-names.ts';
import { deleteServiceRecords } from './delete-records.ts';
import { deleteSharedAccess } from './delete-shared-access.ts';
import { deleteVolumes, keepVolumes } from './delete-volumes.ts';
import { deleteZone } from './delete-zone.ts';
import { markDeleting } from './mark-deleting.ts';
import { otherServices } from './other-services.ts';
import { refuseForeignMembers } from './refuse-foreign.ts';
import { releaseAddresses } from './release-addresses.ts';
import { serviceObjects } from './service-objects.ts';
import { findServiceZone } from './service-zone.ts';
import { stopMembers } from './stop-members.ts';

/** Seconds that each kind of object may take to be gone. */
const objectsGoneSeconds = 180;

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
  const objects = await removeObjects(operation, name, serviceUuid);
  const outside = await removeMembers(operation, view, options.deleteVolumes ?? false);
  const records = await deleteServiceRecords(operation, view);
  return { changes: [...objects, ...outside, ...records] };
}

/** From here on nobody else changes the service. */
async function begin(operation: Operation, view: ServiceView): Promise<ServiceView> {
  const { attr } = view;
  if (attr === undefined || operation.dryRun !== 'none') return view;
  const marked = await markDeleting(operation, attr);
  // Whoever was creating or scaling has been stopped by the mark; what it has written until then is to go too.
  const now = await findService(operation, view.service.record.serviceName);
  return { ...view, attr: marked, members: now?.members ?? view.members };
}

/** Objects that a service has left which has no records; by their name others may have come in its place. */
async function removeLeftObjects(operation: Operation, name: string): Promise<Change[]> {
  if ((await serviceObjects(operation, name)).length === 0) return [];
  return await removeObjects(operation, name, undefined);
}

async function removeObjects(operation: Operation, name: string, serviceUuid: string | undefined): Promise<Change[]> {
  await stopMembers(operation, name);
  const refs = await serviceObjects(operation, name);
  const owner = { service: name, serviceUuid };
  const others = await otherServices(operation, name);
  const remove = async () => [
    ...(await deleteObjects(operation, refs, owner, {
      propagationPolicy: 'Foreground',
      waitSeconds: objectsGoneSeconds,
    })),
    ...(await deleteSharedAccess(operation, name, others)),
  ];
  if (operation.dryRun !== 'none') return await remove();
  return await step(operation, { step: 'delete Kubernetes objects' }, remove);
}

/** What the members have outside Kubernetes. */
async function removeMembers(operation: Operation, view: ServiceView, withVolumes: boolean): Promise<Change[]> {
  const { serviceUuid, serviceName } = view.service.record;
  const members = [...view.members.values()].map(({ record }) => record);
  const ips = members.flatMap(({ staticIp }) => (staticIp === '' ? [] : [staticIp]));
  const addresses = await releaseAddresses(operation, serviceUuid, ips);
  const names: Change[] = [];
  const zone = view.attr && (await findServiceZone(operation, view.attr.record));
  if (zone !== undefined) {
    const wanted = members.map(({ memberName, staticIp }) => ({
      name: memberDnsName(memberName, zone.name),
      staticIp,
    }));
    const deleted = await deleteNames(operation, zone.id, wanted);
    const count = deleted.filter(({ action }) => action === 'delete').length;
    const others = () => otherServices(operation, serviceName);
    names.push(...deleted, ...(await deleteZone(operation, zone, others, count)));
  }
  const of = { serviceUuid, members, tagged: 'all' } as const;
  const volumes = withVolumes ? await deleteVolumes(operation, of) : await keepVolumes(operation, of);
  return [...addresses, ...names, ...volumes];
}
