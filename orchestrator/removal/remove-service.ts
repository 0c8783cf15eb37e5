import { memberDnsName } from '../creation/member-names.ts';
import { deleteObjects } from '../objects/delete-objects.ts';
import { type Change, type Operation, step } from '../operation.ts';
import type { ServiceView } from '../records/service-view.ts';
import { deleteNames } from './delete-names.ts';
import { deleteServiceRecords } from './delete-records.ts';
import { deleteSharedAccess } from './delete-shared-access.ts';
import { deleteVolumes, keepVolumes } from './delete-volumes.ts';
import { deleteZone } from './delete-zone.ts';
import { otherServices } from './other-services.ts';
import { releaseAddresses } from './release-addresses.ts';
import { serviceObjects } from './service-objects.ts';
import { findServiceZone } from './service-zone.ts';
import { stopMembers } from './stop-members.ts';

/** Seconds that each kind of object may take to be gone. */
const objectsGoneSeconds = 180;

/** Takes away everything of the service that the view is of, whatever else has its name by now; its own record goes last. */
export async function removeService(operation: Operation, view: ServiceView, withVolumes: boolean): Promise<Change[]> {
  const { serviceName, serviceUuid } = view.service.record;
  const objects = await removeObjects(operation, serviceName, serviceUuid);
  const outside = await removeMembers(operation, view, withVolumes);
  return [...objects, ...outside, ...(await deleteServiceRecords(operation, view))];
}

/** @param serviceUuid undefined where no record tells it: then all that has its name goes */
export async function removeObjects(
  operation: Operation,
  name: string,
  serviceUuid: string | undefined,
): Promise<Change[]> {
  const owner = { service: name, serviceUuid };
  await stopMembers(operation, name);
  const refs = await serviceObjects(operation, name);
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
