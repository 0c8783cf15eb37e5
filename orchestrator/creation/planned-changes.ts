import type { ServiceDefinition } from '../definition/service-definition.ts';
import { memberName } from '../manifests/names.ts';
import { serviceManifests } from '../manifests/service-manifests.ts';
import { volumesOf } from '../manifests/volumes-of-service.ts';
import { chooseAddresses } from '../network/choose-addresses.ts';
import { applyObjects } from '../objects/apply-objects.ts';
import type { Change, Operation } from '../operation.ts';
import { serviceFacts } from '../records/manifest-facts.ts';
import type { ServiceView } from '../records/service-view.ts';
import { memberDnsName } from './member-names.ts';
import { hasMembers, type Survey } from './survey.ts';

/**
 * What a creation or scale-up would make; nothing is written. Addresses are those that would be chosen now, volumes are told by what they are
 * for.
 */
export async function plannedChanges(
  operation: Operation,
  definition: ServiceDefinition,
  found: ServiceView | undefined,
  survey: Survey,
): Promise<Change[]> {
  const { name } = definition;
  const facts = serviceFacts(withReplicas(found, definition.replicas), survey.network);
  const objects = serviceManifests(definition, facts, survey.cluster);
  const owner = { service: name, serviceUuid: facts.serviceUuid };
  const applied = await applyObjects(operation, objects, owner);
  return [
    ...(found === undefined ? [creation('record', `service of ${name}`)] : []),
    ...(found?.attr === undefined ? [creation('record', `attributes of ${name}`)] : []),
    ...(await zoneChanges(operation, definition, survey)),
    ...(hasMembers(definition) ? await memberChanges(definition, found, survey) : []),
    ...applied,
  ];
}

/** The service as its attributes will have it. */
function withReplicas(found: ServiceView | undefined, replicas: number): ServiceView | undefined {
  if (found?.attr === undefined) return found;
  return { ...found, attr: { ...found.attr, record: { ...found.attr.record, replicas } } };
}

async function zoneChanges(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  { registerDns, domain }: ServiceDefinition,
  { network }: Survey,
): Promise<Change[]> {
  if (!registerDns || network === undefined) return [];
  const there = await ports.zones.find(domain, network.vpcId, { signal });
  return there === undefined ? [creation('hosted zone', domain)] : [];
}

async function memberChanges(
  definition: ServiceDefinition,
  found: ServiceView | undefined,
  survey: Survey,
): Promise<Change[]> {
  const { name, replicas, zones } = definition;
  const members = Array.from({ length: replicas }, (_none, ordinal) => {
    const record = found?.members.get(ordinal)?.record;
    return { name: memberName(name, ordinal), record, zone: record?.zone ?? zones[ordinal % zones.length] ?? '' };
  });
  const volumes = members.flatMap(({ name: member, record, zone }) =>
    volumesOf(definition).flatMap(({ kind, volume }) => {
      const id = kind === 'data' ? record?.volumes.primaryVolumeId : record?.volumes.journalVolumeId;
      const detail = `${volume.sizeGb} GiB ${volume.volumeType} in ${zone}, unless there is one that carries its tags`;
      return id ? [] : [creation('volume', `${kind} of ${member}`, detail)];
    }),
  );
  const records = members.flatMap(({ name: member, record, zone }) =>
    record === undefined ? [creation('member record', member, zone)] : [],
  );
  return [...volumes, ...records, ...(await addressChanges(definition, members, survey))];
}

async function addressChanges(
  { staticIp, registerDns, domain }: ServiceDefinition,
  members: readonly {
    readonly name: string;
    readonly record: { readonly staticIp: string } | undefined;
    readonly zone: string;
  }[],
  { network, taken }: Survey,
): Promise<Change[]> {
  if (!staticIp || network === undefined) return [];
  const without = Map.groupBy(
    members.filter(({ record }) => (record?.staticIp ?? '') === ''),
    ({ zone }) => zone,
  );
  if (without.size === 0) return [];
  const needed = new Map([...without].map(([zone, some]) => [zone, some.length]));
  const chosen = chooseAddresses(network, needed, await taken());
  return [...without].flatMap(([zone, some]) =>
    some.flatMap(({ name }, index) => {
      const ip = chosen.get(zone)?.[index]?.ip ?? '';
      const dns = registerDns ? [creation('DNS record', memberDnsName(name, domain), ip)] : [];
      return [creation('address', ip, `of ${name}`), ...dns];
    }),
  );
}

function creation(kind: string, name: string, detail?: string): Change {
  return { action: 'create', kind, name, ...(detail !== undefined && { detail }) };
}
