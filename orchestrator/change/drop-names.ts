import { memberDnsName } from '../creation/member-names.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { Change, Operation } from '../operation.ts';
import type { ServiceView } from '../records/service-view.ts';
import { deleteNames } from '../removal/delete-names.ts';

/** Where names are not wanted any more: deletes those of all members. Before the records say so, as nobody would know of them after. */
export async function dropNames(
  operation: Operation,
  { attr, members }: ServiceView,
  was: ServiceDefinition | undefined,
  is: ServiceDefinition,
): Promise<Change[]> {
  const had = was?.registerDns ?? attr?.record.registerDns ?? false;
  const zoneId = attr?.record.hostedZoneId ?? '';
  if (!had || is.registerDns || zoneId === '') return [];
  const names = [...members.values()].map(({ record: { memberName, staticIp } }) => ({
    name: memberDnsName(memberName, attr?.record.domainName ?? is.domain),
    staticIp,
  }));
  return await deleteNames(operation, zoneId, names);
}
