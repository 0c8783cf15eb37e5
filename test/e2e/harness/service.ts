import { createHash, randomUUID } from 'node:crypto';
import type { ConfigId, StaticIpRecord } from '../../../common/domain/records.ts';
import type { RecordStore } from '../../../common/ports/record-store.ts';
import { cluster, type World } from './world.ts';

const signal = new AbortController().signal;

export interface ServiceOptions {
  readonly members?: number;
  readonly dbType?: 'clouddb' | 'k8sdb';
  /** `false`: members have a name that follows the node, and no address. */
  readonly staticIp?: boolean;
  readonly addresses?: readonly string[];
  /** By file name. */
  readonly configs?: Readonly<Record<string, string>>;
  readonly registerDns?: boolean;
}

/** A service whose records are as its creation leaves them. */
export interface TestService {
  readonly name: string;
  readonly uuid: string;
  readonly dbType: 'clouddb' | 'k8sdb';
  readonly store: RecordStore;
  /** By ordinal; empty without static IPs. */
  readonly addresses: readonly string[];
  readonly hostedZoneId: string;
  readonly domain: string;
  /** The address record of a member now. */
  record(ordinal: number): Promise<StaticIpRecord>;
}

/** Writes the records of a service and, for static members, their DNS records, as the orchestrator's `create` does. */
export async function createService(world: World, options: ServiceOptions = {}): Promise<TestService> {
  const { members = 1, dbType = 'clouddb', staticIp = true, configs = {} } = options;
  const name = world.newName('svc');
  const uuid = randomUUID().replaceAll('-', '');
  const store = world.stores[dbType];
  const addresses = staticIp ? (options.addresses ?? Array.from({ length: members }, () => world.newAddress())) : [];
  const domain = 'demo-firecamp.com';
  const hostedZoneId = 'Z00000000000000DEMO1';
  const configIds = await writeConfigs(store, uuid, configs);
  await store.create('service', { cluster, serviceName: name, serviceUuid: uuid }, { signal });
  await store.create(
    'serviceAttr',
    serviceAttr(world, {
      name,
      uuid,
      members,
      staticIp,
      configIds,
      domain,
      hostedZoneId,
      registerDns: options.registerDns ?? true,
    }),
    { signal },
  );
  for (let ordinal = 0; ordinal < members; ordinal++) {
    const ip = addresses[ordinal] ?? '';
    await store.create('member', member(uuid, `${name}-${ordinal}`, ip), { signal });
    if (ip === '') continue;
    await store.create('staticIp', unownedAddress(uuid, ip), { signal });
    world.cloud.route53.change(hostedZoneId, [
      { action: 'CREATE', record: { name: `${name}-${ordinal}.${domain}.`, type: 'A', ttl: 5, values: [ip] } },
    ]);
  }
  const record = async (ordinal: number) =>
    (await store.get('staticIp', { ip: addresses[ordinal] ?? '' }, { signal })).record;
  return { name, uuid, dbType, store, addresses, hostedZoneId, domain, record };
}

/** An address record as it is before anybody claimed the address. */
export function unownedAddress(serviceUuid: string, ip: string): StaticIpRecord {
  return {
    ip,
    revision: 1n,
    serviceUuid,
    zone: 'us-east-1a',
    instanceId: 'defaultServerInstanceID',
    interfaceId: '',
    pastInterfaceIds: [],
    owner: undefined,
    unknown: {},
  };
}

async function writeConfigs(
  store: RecordStore,
  uuid: string,
  configs: Readonly<Record<string, string>>,
): Promise<ConfigId[]> {
  const ids: ConfigId[] = [];
  for (const [fileName, content] of Object.entries(configs)) {
    const fileMd5 = createHash('md5').update(content).digest('hex');
    const fileId = `cfg-${createHash('md5').update(fileName).digest('hex')}-0`;
    await store.create(
      'configFile',
      {
        serviceUuid: uuid,
        fileId,
        revision: 1n,
        fileName,
        lastModified: 1n,
        fileMode: 0o600,
        fileMd5,
        content,
        unknown: {},
      },
      { signal },
    );
    ids.push({ fileName, fileId, fileMd5 });
  }
  return ids;
}

function serviceAttr(
  world: World,
  of: {
    readonly name: string;
    readonly uuid: string;
    readonly members: number;
    readonly staticIp: boolean;
    readonly configIds: readonly ConfigId[];
    readonly domain: string;
    readonly hostedZoneId: string;
    readonly registerDns: boolean;
  },
) {
  const volume = { volumeType: 'gp3', sizeGb: 10, iops: 3000, encrypted: true };
  return {
    serviceUuid: of.uuid,
    revision: 1n,
    cluster,
    serviceName: of.name,
    lastModified: 1_700_000_000_123_456_789n,
    serviceType: 'stateful',
    status: 'ACTIVE',
    replicas: of.members,
    resources: { maxCpuUnits: 0, reserveCpuUnits: 256, maxMemMb: 0, reserveMemMb: 256 },
    registerDns: of.registerDns,
    domainName: of.domain,
    hostedZoneId: of.hostedZoneId,
    requireStaticIp: of.staticIp,
    configs: of.configIds,
    catalogServiceType: '',
    volumes: { primaryDeviceName: '/dev/xvdf', primaryVolume: volume, journalDeviceName: '', journalVolume: volume },
    namespace: world.namespace,
    unknown: {},
  };
}

function member(serviceUuid: string, memberName: string, staticIp: string) {
  const volumes = {
    primaryVolumeId: 'vol-1',
    primaryDeviceName: '/dev/xvdf',
    journalVolumeId: '',
    journalDeviceName: '',
  };
  return {
    serviceUuid,
    memberName,
    revision: 1n,
    lastModified: 1_700_000_000_123_456_789n,
    status: 'ACTIVE',
    zone: 'us-east-1a',
    taskId: 'defaultTaskID',
    containerInstanceId: 'defaultContainerInstanceID',
    serverInstanceId: 'defaultServerInstanceID',
    volumes,
    staticIp,
    configs: [],
    unknown: {},
  };
}
