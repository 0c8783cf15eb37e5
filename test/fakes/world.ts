import { clusterTag } from '../../common/domain/node-interfaces.ts';
import {
  type AddressOwner,
  type ServiceAttrRecord,
  type StaticIpRecord,
  unsetOwner,
} from '../../common/domain/records.ts';
import type { NetworkInterface } from '../../common/ports/addresses.ts';
import type { MemberPorts } from '../../common/ports/member-ports.ts';
import type { PodFacts } from '../../common/ports/pods.ts';
import { samples, serviceUuid } from '../contract/sample-records.ts';
import { FakeEc2 } from './fake-ec2.ts';
import { FakeEvents } from './fake-events.ts';
import { FakeFiles } from './fake-files.ts';
import { FakeHost } from './fake-host.ts';
import { FakeLock } from './fake-lock.ts';
import { FakeMetadata } from './fake-metadata.ts';
import { FakeNames } from './fake-names.ts';
import { FakePods } from './fake-pods.ts';
import { FakeStore } from './fake-store.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryLog } from './memory-log.ts';
import { Script } from './script.ts';

export const ip = '10.0.1.21';
export const memberName = 'myredis-0';
export const dnsName = 'myredis-0.prod-firecamp.com';

/** The pod UID of that number. */
export function uid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** When the pod of that number was created: a higher number is a newer pod. */
export function createdAt(number: number): string {
  return new Date(Date.UTC(2026, 10, 22, 4, number, 0)).toISOString().replace('.000Z', 'Z');
}

/** One node and what only it has. */
export interface WorldNode {
  readonly name: string;
  readonly host: FakeHost;
  readonly lock: FakeLock;
  readonly files: FakeFiles;
  readonly events: FakeEvents;
  readonly metadata: FakeMetadata;
  readonly ports: MemberPorts;
}

/**
 * A cluster in this process: two nodes in one subnet (`eni-a`, `eni-b`, their primary interfaces), one service with one member whose address is
 * 10.0.1.21, time that passes only when everybody waits for it, and a script that says what goes wrong.
 */
export class World {
  readonly clock = new ManualClock();
  readonly script = new Script(this.clock);
  readonly ec2 = new FakeEc2(this.script);
  readonly pods = new FakePods(this.script);
  readonly names = new FakeNames(this.script, this.clock);
  readonly store = new FakeStore(this.script, samples.serviceAttr.cluster);
  readonly log = new MemoryLog();
  readonly a: WorldNode = this.node('a', 5);
  readonly b: WorldNode = this.node('b', 6);

  /** A node with one interface, 10.0.1.<last>; more interfaces can be put on it in EC2, as links `eth1` and so on by device index. */
  node(name: string, last: number, extra: readonly Partial<NetworkInterface>[] = []): WorldNode {
    const own = [{}, ...extra].map((parts, at) => ({ ...networkInterface(name, last, at), ...parts }));
    for (const one of own) this.ec2.put(one);
    const links = own.map((one, at) => ({ name: `eth${at}`, mac: one.mac, up: true }));
    const identity = { instanceId: `i-${name}`, instanceType: 'm5.large', zone: 'us-east-1a', region: 'us-east-1' };
    const host = new FakeHost(this.script, links);
    const lock = new FakeLock(this.script, this.clock);
    const files = new FakeFiles(this.script);
    const events = new FakeEvents();
    const metadata = new FakeMetadata(this.script, this.ec2, identity, '10.0.1.0/24');
    const { store, ec2: addresses, pods, names, clock, log } = this;
    const shared = { store, addresses, pods, names, resolver: names, clock, log, random: () => 0.5 };
    return { name, host, lock, files, events, metadata, ports: { ...shared, metadata, host, lock, files, events } };
  }

  /** The records of the service, its member and the address, and their pod number 1, which lives. */
  async seed(
    parts: {
      readonly attr?: Partial<ServiceAttrRecord>;
      readonly staticIp?: string;
      readonly record?: Partial<StaticIpRecord>;
    } = {},
  ): Promise<this> {
    const { direct } = this.store;
    const options = { signal: new AbortController().signal };
    const { service, serviceAttr, member, staticIp } = samples;
    await direct.create('service', service, options);
    const requireStaticIp = parts.staticIp !== '';
    const attr = { ...serviceAttr, configs: [], namespace: 'redis', requireStaticIp, ...parts.attr };
    await direct.create('serviceAttr', attr, options);
    await direct.create('member', { ...member, ...unsetOwner, staticIp: parts.staticIp ?? ip }, options);
    await direct.create('staticIp', { ...staticIp, instanceId: '', interfaceId: '', ...parts.record }, options);
    this.names.put(dnsName, ip);
    this.pods.put(memberName, this.pod(1));
    return this;
  }

  /** The pod of that number, alive. */
  pod(number: number, parts: Partial<PodFacts> = {}): PodFacts {
    const known = { namespace: 'redis', name: memberName, uid: uid(number), createdAt: createdAt(number) };
    return { ...known, deletionTimestamp: undefined, phase: 'Pending', hostIp: '10.0.1.5', ...parts };
  }

  /** The address record now, past all scripts. */
  async record(): Promise<StaticIpRecord> {
    return (await this.store.direct.get('staticIp', { ip }, { signal: new AbortController().signal })).record;
  }

  /** Somebody else's write of the record: nothing of it is checked. */
  async overwrite(parts: Partial<StaticIpRecord>): Promise<void> {
    const options = { signal: new AbortController().signal };
    const now = await this.store.direct.get('staticIp', { ip }, options);
    await this.store.direct.update('staticIp', now, { ...now.record, ...parts }, options);
  }
}

/** An owner as a claim of the pod of that number writes it. */
export function owner(pod: number, epoch: number, state: AddressOwner['state']): AddressOwner {
  return {
    namespace: 'redis',
    podName: memberName,
    podUid: uid(pod),
    podCreatedAt: createdAt(pod),
    epoch,
    state,
    changedAt: '2026-11-22T04:59:00.000Z',
    phaseMillis: {},
  };
}

/** Variables of the member's containers, for the programs' own configuration readers. */
export function memberEnv(pod: number, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    CLUSTER: samples.serviceAttr.cluster,
    SERVICE_NAME: samples.serviceAttr.serviceName,
    SERVICE_UUID: serviceUuid,
    POD_NAME: memberName,
    POD_UID: uid(pod),
    K8S_NAMESPACE: 'redis',
    DB_TYPE: 'clouddb',
    ...more,
  };
}

function networkInterface(node: string, last: number, at: number): NetworkInterface {
  const primaryIp = `10.0.1.${last + 100 * at}`;
  return {
    id: at === 0 ? `eni-${node}` : `eni-${node}${at}`,
    mac: `02:00:00:00:0${at}:0${last}`,
    subnetId: 'subnet-1',
    vpcId: 'vpc-1',
    zone: 'us-east-1a',
    primaryIp,
    addresses: [primaryIp],
    prefixCount: 0,
    instanceId: `i-${node}`,
    deviceIndex: at,
    tags: { [clusterTag]: samples.serviceAttr.cluster },
  };
}
