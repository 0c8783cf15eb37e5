import { randomUUID } from 'node:crypto';
import type { StaticIpRecord } from '../../../common/domain/records.ts';
import type { RecordStore } from '../../../common/ports/record-store.ts';
import { writeServiceRecords } from '../../../scripts/rig/service-records.ts';
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
  const memberSpecs = Array.from({ length: members }, (_, ordinal) => ({
    name: `${name}-${ordinal}`,
    zone: 'us-east-1a',
    staticIp: addresses[ordinal] ?? '',
  }));
  await writeServiceRecords(
    store,
    {
      cluster,
      namespace: world.namespace,
      name,
      uuid,
      members: memberSpecs,
      requireStaticIp: staticIp,
      registerDns: options.registerDns ?? true,
      domain,
      hostedZoneId,
      configs,
    },
    signal,
  );
  for (const { name: member, staticIp: ip } of memberSpecs) {
    if (ip === '') continue;
    world.cloud.route53.change(hostedZoneId, [
      { action: 'CREATE', record: { name: `${member}.${domain}.`, type: 'A', ttl: 5, values: [ip] } },
    ]);
  }
  const record = async (ordinal: number) =>
    (await store.get('staticIp', { ip: addresses[ordinal] ?? '' }, { signal })).record;
  return { name, uuid, dbType, store, addresses, hostedZoneId, domain, record };
}
