import { RequestFailedError } from '../../common/domain/errors.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { retried } from '../retried.ts';
import type { OtherService } from './other-services.ts';
import type { ServiceZone } from './service-zone.ts';

/** SOA and NS, which every zone has. */
const ownRecords = 2;

/**
 * Deletes the zone when it was made for this cluster, has no records left, and no other service is to have its members' names in it.
 *
 * @param others read only when nothing else keeps the zone
 * @param deleted names that have just been deleted, or in a dry run would have been
 */
export async function deleteZone(
  operation: Operation,
  zone: ServiceZone,
  others: () => Promise<readonly OtherService[]>,
  deleted: number,
): Promise<Change[]> {
  const about = { kind: 'hosted zone', name: zone.name };
  const keep = (detail: string): Change[] => [{ action: 'keep', ...about, detail }];
  if (!zone.own) return keep('it was not made for this cluster');
  const left = (await recordsIn(operation, zone)) - (operation.dryRun === 'none' ? 0 : deleted);
  if (left > 0) return keep(`it has ${left} other ${left === 1 ? 'record' : 'records'}`);
  const users = (await others())
    .filter(({ attr }) => attr !== undefined && mayUse(attr, zone))
    .map(({ serviceName }) => serviceName);
  if (users.length > 0) return keep(`it has the names of ${users.join(', ')}`);
  if (operation.dryRun === 'none') {
    const gone = await step(operation, { step: 'delete the hosted zone' }, () => deleteEmpty(operation, zone));
    if (!gone) return keep('somebody has put a record into it');
  }
  return [{ action: 'delete', ...about, detail: zone.id }];
}

function mayUse(attr: NonNullable<OtherService['attr']>, zone: ServiceZone): boolean {
  return attr.hostedZoneId === zone.id || (attr.registerDns && attr.domainName === zone.name);
}

async function recordsIn({ ports, signal }: Operation, { id }: ServiceZone): Promise<number> {
  return (await ports.zones.use(id, { signal })).records - ownRecords;
}

/** @returns false when a record came in at the last moment, which Route 53 refuses to delete with the zone */
async function deleteEmpty(operation: Operation, zone: ServiceZone): Promise<boolean> {
  const { ports, signal } = operation;
  try {
    await retried(operation, () => ports.zones.delete(zone.id, { signal }));
    return true;
  } catch (error) {
    const refused = error instanceof RequestFailedError && !error.transient && error.effect === 'none';
    if (refused && (await recordsIn(operation, zone)) > 0) return false;
    throw error;
  }
}
