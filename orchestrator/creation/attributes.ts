import type { Resources, ServiceAttrRecord, ServiceVolume } from '../../common/domain/records.ts';
import type { ServiceDefinition, VolumeDefinition } from '../definition/service-definition.ts';
import { nanoseconds } from '../records/config-versions.ts';
import { type StoredConfigFile, toStoredDefinition } from '../records/stored-definition.ts';

/** What a definition says in FireCamp's own fields of the attributes. */
type DefinedFields = Pick<
  ServiceAttrRecord,
  'replicas' | 'resources' | 'registerDns' | 'domainName' | 'requireStaticIp' | 'namespace' | 'definition'
>;

/** The attributes of a service that is being created, before any of its members is. */
export function newAttributes(
  definition: ServiceDefinition,
  serviceUuid: string,
  parts: {
    readonly templates: readonly StoredConfigFile[];
    /** Of the data volume, then of the journal. */
    readonly devices: readonly string[];
    readonly wallMs: number;
  },
): ServiceAttrRecord {
  const [primaryDeviceName = '', journalDeviceName = ''] = parts.devices;
  return {
    serviceUuid,
    revision: 1n,
    cluster: definition.cluster,
    serviceName: definition.name,
    lastModified: nanoseconds(parts.wallMs),
    serviceType: definition.type,
    status: 'CREATING',
    hostedZoneId: '',
    configs: [],
    catalogServiceType: '',
    volumes: {
      primaryDeviceName,
      primaryVolume: volumeField(definition.dataVolume),
      journalDeviceName,
      journalVolume: volumeField(definition.journalVolume),
    },
    unknown: {},
    ...definedFields(definition, parts.templates, {}),
  };
}

/**
 * The fields of the attributes that a change of the definition changes; volumes are none of them.
 *
 * @param before what there is; nothing of a service that is being created
 */
export function definedFields(
  definition: ServiceDefinition,
  templates: readonly StoredConfigFile[],
  before: { readonly resources?: Resources },
): DefinedFields {
  // In the record's order, which a file need not have: what is the same is to be seen as such.
  const { maxCpuUnits, reserveCpuUnits, maxMemMb, reserveMemMb } = definition.resources;
  const unknown = before.resources?.unknown;
  return {
    replicas: definition.replicas,
    resources: { maxCpuUnits, reserveCpuUnits, maxMemMb, reserveMemMb, ...(unknown !== undefined && { unknown }) },
    registerDns: definition.registerDns,
    domainName: definition.domain,
    requireStaticIp: definition.staticIp,
    namespace: definition.namespace,
    definition: toStoredDefinition(definition, templates),
  };
}

/** FireCamp writes an empty volume for none. */
function volumeField(volume: VolumeDefinition | undefined): ServiceVolume {
  if (volume === undefined) return { volumeType: '', sizeGb: 0, iops: 0, encrypted: false };
  const { volumeType, sizeGb, iops = 0, encrypted } = volume;
  return { volumeType, sizeGb, iops, encrypted };
}
