import type { AddressOwner, MemberRecord, ServiceAttrRecord, StaticIpRecord } from '../../../common/domain/records.ts';
import type { NetworkInterface } from '../../../common/ports/addresses.ts';
import type { ServiceView } from '../../../orchestrator/records/service-view.ts';
import type { NameState, Observations, Workload } from '../../../orchestrator/status/observations.ts';
import type { PodState } from '../../../orchestrator/status/service-status.ts';

/** When the samples are looked at. */
const now = '2026-11-22T08:00:00Z';
export const uuid = 'a'.repeat(32);
const domain = 'prod-firecamp.com';

export function sampleIp(ordinal: number): string {
  return `10.0.16.${10 + ordinal}`;
}

export function samplePod(ordinal: number, parts: Partial<PodState> = {}): PodState {
  return {
    name: `redis-${ordinal}`,
    uid: `uid-${ordinal}`,
    node: `node-${ordinal}`,
    hostIp: `10.0.0.${ordinal}`,
    phase: 'Running',
    ready: true,
    readySince: '2026-11-22T07:00:10Z',
    terminating: false,
    restarts: 0,
    createdAt: '2026-11-22T07:00:00Z',
    revision: 'redis-1',
    image: 'redis:7',
    trouble: [],
    lastWarning: undefined,
    ...parts,
  };
}

export function sampleOwner(ordinal: number, parts: Partial<AddressOwner> = {}): AddressOwner {
  return {
    namespace: 'data',
    podName: `redis-${ordinal}`,
    podUid: `uid-${ordinal}`,
    podCreatedAt: '2026-11-22T07:00:00Z',
    epoch: 3,
    state: 'owned',
    changedAt: '2026-11-22T07:00:05.123Z',
    phaseMillis: { observe: 100, move: 400 },
    ...parts,
  };
}

export function sampleAddress(ordinal: number, owner: AddressOwner | undefined = sampleOwner(ordinal)): StaticIpRecord {
  return {
    ip: sampleIp(ordinal),
    revision: 4n,
    serviceUuid: uuid,
    zone: 'us-east-1a',
    instanceId: `i-${ordinal}`,
    interfaceId: `eni-${ordinal}`,
    pastInterfaceIds: [],
    owner,
    unknown: {},
  };
}

export function sampleInterface(ordinal: number, parts: Partial<NetworkInterface> = {}): NetworkInterface {
  return {
    id: `eni-${ordinal}`,
    mac: '02:00:00:00:00:01',
    subnetId: 'subnet-1',
    vpcId: 'vpc-1',
    zone: 'us-east-1a',
    primaryIp: `10.0.0.${ordinal}`,
    addresses: [`10.0.0.${ordinal}`, sampleIp(ordinal)],
    prefixCount: 0,
    instanceId: `i-${ordinal}`,
    deviceIndex: 0,
    tags: { 'firecamp-worker': 'prod' },
    ...parts,
  };
}

export function sampleAttr(parts: Partial<ServiceAttrRecord> = {}): ServiceAttrRecord {
  const volume = { volumeType: 'gp3', sizeGb: 10, iops: 0, encrypted: true };
  return {
    serviceUuid: uuid,
    revision: 1n,
    cluster: 'prod',
    serviceName: 'redis',
    lastModified: 1n,
    serviceType: 'stateful',
    status: 'ACTIVE',
    replicas: 3,
    resources: { maxCpuUnits: 0, reserveCpuUnits: 256, maxMemMb: 0, reserveMemMb: 256 },
    registerDns: true,
    domainName: domain,
    hostedZoneId: 'Z1',
    requireStaticIp: true,
    configs: [],
    catalogServiceType: '',
    volumes: { primaryDeviceName: '/dev/xvdf', primaryVolume: volume, journalDeviceName: '', journalVolume: volume },
    namespace: 'data',
    definition: undefined,
    unknown: {},
    ...parts,
  };
}

export function sampleMember(ordinal: number, staticIp = sampleIp(ordinal)): MemberRecord {
  return {
    serviceUuid: uuid,
    memberName: `redis-${ordinal}`,
    revision: 1n,
    lastModified: 1n,
    status: 'ACTIVE',
    zone: 'us-east-1a',
    taskId: '',
    containerInstanceId: '',
    serverInstanceId: '',
    volumes: { primaryVolumeId: '', primaryDeviceName: '', journalVolumeId: '', journalDeviceName: '' },
    staticIp,
    configs: [],
    unknown: {},
  };
}

export function sampleView(
  attr: ServiceAttrRecord = sampleAttr(),
  members = [0, 1, 2].map((n) => sampleMember(n)),
): ServiceView {
  const stored = <R>(record: R) => ({ record, version: '1' });
  return {
    service: stored({ cluster: 'prod', serviceName: 'redis', serviceUuid: uuid }),
    attr: stored(attr),
    members: new Map(members.map((member, ordinal) => [ordinal, stored(member)])),
  };
}

export const sampleWorkload: Workload = {
  type: 'stateful',
  desired: 3,
  ready: 3,
  updateRevision: 'redis-1',
  createdAt: '2026-11-22T06:00:00Z',
  serviceUuid: uuid,
  stoppedFrom: undefined,
  testMode: false,
  image: 'redis:7',
};

/** What is seen of `redis`, three members with static IPs and names; each well unless told otherwise. */
export interface Seen {
  readonly view: ServiceView | undefined;
  readonly addresses: readonly StaticIpRecord[];
  readonly workload: Workload | undefined;
  readonly pods: readonly PodState[];
  readonly holders: ReadonlyMap<string, NetworkInterface>;
  readonly names: ReadonlyMap<string, NameState>;
}

const all = [0, 1, 2];

export const well: Seen = {
  view: sampleView(),
  addresses: all.map((n) => sampleAddress(n)),
  workload: sampleWorkload,
  pods: all.map((n) => samplePod(n)),
  holders: new Map(all.map((n) => [sampleIp(n), sampleInterface(n)])),
  names: new Map(all.map((n) => [`redis-${n}.${domain}`, { values: [sampleIp(n)] }])),
};

/** Observations in which every source was read. */
export function seen(parts: Partial<Seen> = {}): Observations {
  const { view, addresses, workload, pods, holders, names } = { ...well, ...parts };
  return {
    name: 'redis',
    namespace: 'data',
    cluster: 'prod',
    at: Date.parse(now),
    records: { value: view },
    addresses: { value: new Map(addresses.map((record) => [record.ip, record])) },
    workload: { value: workload },
    pods: { value: pods },
    holders: { value: holders },
    names: { value: names },
  };
}

/** A list or map with member 1's entry replaced, or taken out. */
export function withSecond<T>(list: readonly T[], second: T | undefined): T[] {
  return list.flatMap((one, index) => (index !== 1 ? [one] : second === undefined ? [] : [second]));
}

/** As `withSecond`, for what is kept by address or name. */
export function withEntry<T>(map: ReadonlyMap<string, T>, key: string, value: T | undefined): ReadonlyMap<string, T> {
  const copy = new Map(map);
  if (value === undefined) copy.delete(key);
  else copy.set(key, value);
  return copy;
}
