import { createHash } from 'node:crypto';
import type { ConfigId, StaticIpRecord } from '../../common/domain/records.ts';
import type { RecordStore } from '../../common/ports/record-store.ts';

/** A member of a service to be. */
export interface MemberSpec {
  readonly name: string;
  readonly zone: string;
  /** '' for one whose name follows its node. */
  readonly staticIp: string;
}

/** A service to be, as `writeServiceRecords` writes it. */
export interface ServiceSpec {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly uuid: string;
  readonly members: readonly MemberSpec[];
  readonly requireStaticIp: boolean;
  readonly registerDns: boolean;
  readonly domain: string;
  readonly hostedZoneId: string;
  /** By file name. */
  readonly configs: Readonly<Record<string, string>>;
}

/** Writes the records of a service that nobody has claimed anything of yet, as its creation does. DNS records are the caller's. */
export async function writeServiceRecords(store: RecordStore, spec: ServiceSpec, signal: AbortSignal): Promise<void> {
  const configs = await writeConfigs(store, spec, signal);
  const { cluster, name, uuid } = spec;
  await store.create('service', { cluster, serviceName: name, serviceUuid: uuid }, { signal });
  await store.create('serviceAttr', serviceAttr(spec, configs), { signal });
  for (const one of spec.members) {
    await store.create('member', memberRecord(uuid, one), { signal });
    if (one.staticIp !== '') await store.create('staticIp', unownedAddress(uuid, one.staticIp, one.zone), { signal });
  }
}

/** An address record as it is before anybody claimed the address. */
function unownedAddress(serviceUuid: string, ip: string, zone: string): StaticIpRecord {
  return {
    ip,
    revision: 1n,
    serviceUuid,
    zone,
    instanceId: 'defaultServerInstanceID',
    interfaceId: '',
    pastInterfaceIds: [],
    owner: undefined,
    unknown: {},
  };
}

async function writeConfigs(store: RecordStore, spec: ServiceSpec, signal: AbortSignal): Promise<ConfigId[]> {
  const ids: ConfigId[] = [];
  for (const [fileName, content] of Object.entries(spec.configs)) {
    const fileMd5 = createHash('md5').update(content).digest('hex');
    const fileId = `cfg-${createHash('md5').update(fileName).digest('hex')}-0`;
    const about = { serviceUuid: spec.uuid, fileId, revision: 1n, lastModified: 1n, fileMode: 0o600 };
    await store.create('configFile', { ...about, fileName, fileMd5, content, unknown: {} }, { signal });
    ids.push({ fileName, fileId, fileMd5 });
  }
  return ids;
}

/** As FireCamp writes a volume that a service does not have. */
const noVolume = { volumeType: '', sizeGb: 0, iops: 0, encrypted: false };

function serviceAttr(spec: ServiceSpec, configs: readonly ConfigId[]) {
  const volume = { volumeType: 'gp3', sizeGb: 10, iops: 3000, encrypted: true };
  return {
    serviceUuid: spec.uuid,
    revision: 1n,
    cluster: spec.cluster,
    serviceName: spec.name,
    lastModified: 1_700_000_000_123_456_789n,
    serviceType: 'stateful',
    status: 'ACTIVE',
    replicas: spec.members.length,
    resources: { maxCpuUnits: 0, reserveCpuUnits: 256, maxMemMb: 0, reserveMemMb: 256 },
    registerDns: spec.registerDns,
    domainName: spec.domain,
    hostedZoneId: spec.hostedZoneId,
    requireStaticIp: spec.requireStaticIp,
    configs,
    catalogServiceType: '',
    volumes: { primaryDeviceName: '/dev/xvdf', primaryVolume: volume, journalDeviceName: '', journalVolume: noVolume },
    namespace: spec.namespace,
    definition: undefined,
    unknown: {},
  };
}

function memberRecord(serviceUuid: string, { name, zone, staticIp }: MemberSpec) {
  const volumes = {
    primaryVolumeId: 'vol-1',
    primaryDeviceName: '/dev/xvdf',
    journalVolumeId: '',
    journalDeviceName: '',
  };
  return {
    serviceUuid,
    memberName: name,
    revision: 1n,
    lastModified: 1_700_000_000_123_456_789n,
    status: 'ACTIVE',
    zone,
    taskId: 'defaultTaskID',
    containerInstanceId: 'defaultContainerInstanceID',
    serverInstanceId: 'defaultServerInstanceID',
    volumes,
    staticIp,
    configs: [],
    unknown: {},
  };
}
