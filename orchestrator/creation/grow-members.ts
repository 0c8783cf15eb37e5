import type { ServiceAttrRecord } from '../../common/domain/records.ts';
import { together } from '../../common/runtime/together.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { memberName } from '../manifests/names.ts';
import type { Change, Operation } from '../operation.ts';
import type { ServiceView } from '../records/service-view.ts';
import { type EnsuredZone, ensureZone } from './hosted-zone.ts';
import type { ConfigIds } from './member-configs.ts';
import { ensureNames, memberDnsName, nameTtlSeconds } from './member-names.ts';
import { ensureVolumes, type VolumeMember } from './member-volumes.ts';
import { ensureMembers } from './members.ts';
import { hasMembers, type Survey } from './survey.ts';

/** A service's records once all members of the definition have theirs. */
export interface GrownMembers {
  readonly members: ServiceView['members'];
  /** For the attributes. */
  readonly hostedZoneId: string;
  readonly configs: ConfigIds['service'];
  readonly changes: readonly Change[];
}

/** What there is of the service: its record and attributes, and the members that it has had. */
export interface GrowingService {
  readonly attr: ServiceAttrRecord;
  readonly members: ServiceView['members'];
  /** Config files whose mode has changed. */
  readonly renewed?: ReadonlySet<string>;
  /** `known`: what an active service has is not looked at again, only what it lacks is made. */
  readonly names: 'known' | 'verified';
}

/**
 * Everything of the members outside Kubernetes: volumes and hosted zone side by side, then their records, addresses and config files, then
 * their names. What is there already is kept; so it goes on from wherever an earlier run ended.
 */
export async function growMembers(
  operation: Operation,
  definition: ServiceDefinition,
  service: GrowingService,
  { network, taken }: Survey,
): Promise<GrownMembers> {
  const { attr } = service;
  if (!hasMembers(definition) || network === undefined) {
    return { members: service.members, hostedZoneId: attr.hostedZoneId, configs: attr.configs, changes: [] };
  }
  const [volumes, zone] = await together<[Awaited<ReturnType<typeof ensureVolumes>>, EnsuredZone | undefined]>(
    operation.signal,
    [
      (signal) =>
        ensureVolumes({ ...operation, signal }, definition, attr.serviceUuid, volumeMembers(definition, service)),
      async (signal) =>
        definition.registerDns ? ensureZone({ ...operation, signal }, definition.domain, network, attr) : undefined,
    ],
  );
  const plan = { definition, attr, network, taken, members: service.members, volumes: volumes.ids };
  const ensured = await ensureMembers(operation, {
    ...plan,
    ...(service.renewed !== undefined && { renewed: service.renewed }),
  });
  const names = zone
    ? await registerMembers(operation, definition, { ...service, members: ensured.members }, zone.id)
    : [];
  return {
    members: ensured.members,
    hostedZoneId: zone?.id ?? attr.hostedZoneId,
    configs: ensured.configs.service,
    changes: [
      ...made('volume', volumes.made),
      ...(zone?.isNew ? made('hosted zone', [`${zone.name} (${zone.id})`]) : []),
      ...made('member record', ensured.made.members),
      ...made('address', ensured.made.addresses),
      ...made('DNS record', names),
    ],
  };
}

function made(kind: string, names: readonly string[]): Change[] {
  return names.map((name) => ({ action: 'create', kind, name }));
}

function volumeMembers({ replicas, zones }: ServiceDefinition, { members }: GrowingService): VolumeMember[] {
  return Array.from({ length: replicas }, (_none, ordinal) => {
    const record = members.get(ordinal)?.record;
    return {
      ordinal,
      zone: record?.zone ?? zones[ordinal % zones.length] ?? '',
      dataVolumeId: record?.volumes.primaryVolumeId ?? '',
      journalVolumeId: record?.volumes.journalVolumeId ?? '',
    };
  });
}

/** A run that was cut off before may have made any of the names; only of an active service it is known which there are. */
async function registerMembers(
  operation: Operation,
  definition: ServiceDefinition,
  { attr, members, names }: GrowingService,
  zoneId: string,
): Promise<string[]> {
  const settled = attr.status === 'ACTIVE' && attr.registerDns && attr.requireStaticIp && attr.hostedZoneId === zoneId;
  const first = settled && names === 'known' ? attr.replicas : 0;
  const wanted = wantedNames(definition, new Map([...members].filter(([ordinal]) => ordinal >= first)));
  return await ensureNames(operation, zoneId, wanted, { probable: settled && names === 'verified' });
}

/** Names that never change again; that of a member without a static IP is made by its claim. */
function wantedNames({ name, replicas, domain }: ServiceDefinition, members: ServiceView['members']) {
  return [...members].flatMap(([ordinal, { record }]) => {
    if (ordinal >= replicas || record.staticIp === '') return [];
    const dnsName = memberDnsName(memberName(name, ordinal), domain);
    return [{ name: dnsName, ttlSeconds: nameTtlSeconds, values: [record.staticIp] }];
  });
}
