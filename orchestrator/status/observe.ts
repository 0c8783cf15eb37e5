import type { StaticIpRecord } from '../../common/domain/records.ts';
import { together } from '../../common/runtime/together.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import { findService, type ServiceView } from '../records/service-view.ts';
import { dnsNameOf, isTestMode } from './members-of-service.ts';
import { notAsked, type Observations, type Workload } from './observations.ts';
import { membersVpc } from './read-holders.ts';
import { readNames } from './read-names.ts';
import { readPods } from './read-pods.ts';
import { defaultRequestTimeoutMs, type Reading, readSource } from './read-source.ts';
import type { Observed } from './service-status.ts';
import { ownWorkload } from './workload-state.ts';

/** How a service is looked at. */
export interface ObserveOptions {
  /** For each source, its retries included; 5 s without. */
  readonly requestTimeoutMs?: number;
}

/** What one look may take from the one before. */
export interface Known {
  readonly vpcId?: string | undefined;
  /** Route 53's answer, where it is new enough; it is asked again for any other name. */
  readonly zone?: ZoneAnswer | undefined;
}

/** What was read for several services at once, in place of asking for each. */
export interface SharedReads {
  /** Whoever holds any address of the members’ VPC; each service asks for its own without. */
  readonly holders: Observations['holders'] | undefined;
  /** All names of a hosted zone that lead anywhere. */
  readonly zone: (zoneId: string) => Promise<Observations['names']>;
}

/** What Route 53 said, or why it said nothing. */
export interface ZoneAnswer {
  readonly asked: ReadonlySet<string>;
  readonly names: Observations['names'];
}

/** A look, and what the next one need not ask again. */
export interface Look {
  readonly seen: Observations;
  readonly vpcId: string | undefined;
  readonly zone: ZoneAnswer;
}

type CloudSide = Pick<Observations, 'records' | 'addresses' | 'holders'> & Pick<Look, 'vpcId' | 'zone'>;

/**
 * Asks all sources about a service, side by side and each by itself: one that fails or takes too long is Unknown, with the reason, and holds
 * up no other. A service of 1,000 members takes some ten calls.
 *
 * @throws FirecampError FC-REC-008 when the service belongs to another namespace; `InterruptedError` when the operation is cancelled
 */
export async function observe(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  name: string,
  { requestTimeoutMs = defaultRequestTimeoutMs }: ObserveOptions = {},
  known: Known = {},
  shared?: SharedReads,
): Promise<Look> {
  const { settings, ports } = operation;
  const at = ports.clock.wall();
  const reading = { ...operation, timeoutMs: requestTimeoutMs };
  const [cloud, workload, pods] = await together<[CloudSide, Observations['workload'], Observations['pods']]>(
    operation.signal,
    [
      (signal) => readCloudSide({ ...reading, signal }, name, known, shared),
      (signal) => readWorkload({ ...reading, signal }, name),
      (signal) => readPods({ ...reading, signal }, name),
    ],
  );
  const { vpcId, zone, ...rest } = cloud;
  const { namespace, cluster } = settings;
  const seen = { name, namespace, cluster, at, ...rest, names: zone.names, workload, pods };
  return { seen, vpcId, zone };
}

function readWorkload(reading: Reading, name: string): Promise<Observed<Workload | undefined>> {
  const { ports, settings, timeoutMs } = reading;
  const { namespace } = settings;
  const what = 'Reading the StatefulSet';
  return readSource(reading, { what, timeoutMs }, async (signal) => {
    for (const kind of [kinds.StatefulSet, kinds.Deployment]) {
      const found = await ports.kube.get({ kind, namespace, name }, { signal });
      if (found !== 'absent') return ownWorkload(found, name);
    }
    return undefined;
  });
}

/** The records, and what can only be asked by what they say. */
async function readCloudSide(
  reading: Reading,
  name: string,
  known: Known,
  shared: SharedReads | undefined,
): Promise<CloudSide> {
  const source = { what: 'Reading the records', timeoutMs: reading.timeoutMs, fatal: 'FC-REC-008' };
  const records = await readSource(reading, source, (signal) => findService({ ...reading, signal }, name));
  if ('unknown' in records) {
    const unasked = { unknown: notAsked };
    const zone = { asked: new Set<string>(), names: unasked };
    return { records, addresses: unasked, holders: unasked, zone, vpcId: known.vpcId };
  }
  const view = records.value;
  const [held, zone] = await together<[Omit<CloudSide, 'records' | 'zone'>, ZoneAnswer]>(reading.signal, [
    (signal) => readAddresses({ ...reading, signal }, view, known.vpcId, shared),
    (signal) => readZone({ ...reading, signal }, view, known.zone, shared),
  ]);
  return { records, zone, ...held };
}

async function readAddresses(
  reading: Reading,
  view: ServiceView | undefined,
  knownVpc: string | undefined,
  shared: SharedReads | undefined,
): Promise<Omit<CloudSide, 'records' | 'zone'>> {
  const { ports, timeoutMs } = reading;
  const ips = [...(view?.members.values() ?? [])].map(({ record }) => record.staticIp).filter((ip) => ip !== '');
  if (view === undefined || ips.length === 0) {
    return { addresses: { value: new Map() }, holders: { value: new Map() }, vpcId: knownVpc };
  }
  const { serviceUuid } = view.service.record;
  const addresses = await readSource(reading, { what: 'Reading the address records', timeoutMs }, async (signal) => {
    const stored = await ports.store.addressRecords(serviceUuid, ips, { signal });
    return new Map([...stored].map(([ip, { record }]): [string, StaticIpRecord] => [ip, record]));
  });
  if (shared?.holders !== undefined) return { addresses, holders: shared.holders, vpcId: knownVpc };
  let vpcId = knownVpc;
  const holders = await readSource(
    reading,
    { what: 'Asking EC2 who holds the addresses', timeoutMs },
    async (signal) => {
      vpcId ??= await membersVpc(ports, 'value' in addresses ? addresses.value.values() : [], signal);
      return ports.heldAddresses.holders(ips, vpcId, { signal });
    },
  );
  return { addresses, holders, vpcId };
}

async function readZone(
  reading: Reading,
  view: ServiceView | undefined,
  known: ZoneAnswer | undefined,
  shared: SharedReads | undefined,
): Promise<ZoneAnswer> {
  const { ports, timeoutMs } = reading;
  const zoneId = view?.attr?.record.hostedZoneId ?? '';
  const members = isTestMode(view) || zoneId === '' ? [] : [...(view?.members.values() ?? [])];
  const wanted = members.flatMap(({ record }) => dnsNameOf(view, record.memberName) ?? []);
  if (known !== undefined && wanted.every((name) => known.asked.has(name))) return known;
  const asked = new Set(wanted);
  if (wanted.length === 0) return { asked, names: { value: new Map() } };
  if (shared !== undefined) return { asked, names: await shared.zone(zoneId) };
  const names = await readSource(reading, { what: 'Asking Route 53 for the names', timeoutMs }, (signal) =>
    readNames(ports, zoneId, wanted, signal),
  );
  return { asked, names };
}
