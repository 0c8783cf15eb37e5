import { FirecampError } from '../../common/domain/errors.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { memberName } from '../manifests/names.ts';
import { definitionDifferences, differenceText } from '../records/definition-differences.ts';
import type { ServiceView } from '../records/service-view.ts';

/** What a service is made of: records, addresses, volumes, names and Kubernetes' own rules tie it to these. */
const fixed = /^(cluster|namespace|name|type|dbType|region|testMode|staticIp|domain)$/;

/** Of a volume only where it is mounted can be another; size and type are EBS's, and claim templates are never changed. */
const fixedOfVolumes = /^(dataVolume|journalVolume)(\.(?!mountPath$).*)?$/;

/**
 * @param members the members that there are, by ordinal
 * @throws FirecampError FC-SVC-005 with everything that is otherwise and cannot be, old and new
 */
export function refuseFixedChanges(
  was: ServiceDefinition,
  is: ServiceDefinition,
  members: ServiceView['members'],
): void {
  const differences = definitionDifferences(was, is)
    .filter(({ field }) => fixed.test(field) || fixedOfVolumes.test(field))
    .map(differenceText);
  refuseChanges(is.name, [...differences, ...lostZones(is, members)]);
}

/** Members stay in the zones of their volumes and addresses; zones may come, and go once no member is in them. */
export function lostZones({ name, zones, replicas }: ServiceDefinition, members: ServiceView['members']): string[] {
  const homeless = [...members].filter(([ordinal, { record }]) => ordinal < replicas && !zones.includes(record.zone));
  const byZone = Map.groupBy(homeless, ([, { record }]) => record.zone);
  return [...byZone].map(([zone, some]) => {
    const names = some.map(([ordinal]) => memberName(name, ordinal));
    return `zones: without ${zone} now, where ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'}`;
  });
}

/** @throws FirecampError FC-SVC-005 unless there is nothing */
export function refuseChanges(service: string, changes: readonly string[]): void {
  if (changes.length === 0) return;
  const message = `The service ${service} cannot be changed so; nothing was changed:\n- ${changes.join('\n- ')}`;
  throw new FirecampError('FC-SVC-005', message, { fields: { service, changes } });
}
