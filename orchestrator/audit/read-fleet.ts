import type { NetworkInterface } from '../../common/ports/addresses.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import { readClusterNetwork } from '../network/read-cluster-network.ts';
import { mapObserved, type Observations } from '../status/observations.ts';
import type { SharedReads } from '../status/observe.ts';
import { readZoneNames } from '../status/read-names.ts';
import { type Reading, readSource } from '../status/read-source.ts';
import type { Observed } from '../status/service-status.ts';
import { holdersOf } from './holders.ts';

/** What is read once for all services of a look. */
export interface Fleet {
  readonly network: Observed<ClusterNetwork>;
  /** Every interface of the nodes’ VPC. */
  readonly interfaces: Observed<readonly NetworkInterface[]>;
  /** Addresses that EC2 shows on several of them. */
  readonly several: ReadonlySet<string>;
  readonly shared: SharedReads;
}

/** What the looks of several namespaces have in common: VPCs and zones that were read. */
export class FleetCache {
  readonly #interfaces = new Map<string, Promise<Observed<readonly NetworkInterface[]>>>();
  readonly #zones = new Map<string, Promise<Observations['names']>>();

  /** Every interface of the VPC, 1,000 a call. */
  interfaces(reading: Reading, vpcId: string): Promise<Observed<readonly NetworkInterface[]>> {
    return remembered(this.#interfaces, vpcId, () => {
      const source = { what: 'Listing the interfaces of the VPC', timeoutMs: reading.timeoutMs };
      return readSource(reading, source, (signal) => reading.ports.heldAddresses.interfaces(vpcId, { signal }));
    });
  }

  /** Every name of the zone that leads to an address. */
  zone(reading: Reading, zoneId: string): Promise<Observations['names']> {
    return remembered(this.#zones, zoneId, () => {
      const source = { what: 'Listing the names of the hosted zone', timeoutMs: reading.timeoutMs };
      return readSource(reading, source, (signal) => readZoneNames(reading.ports, zoneId, signal));
    });
  }
}

/**
 * Nodes, ranges and the interfaces of their VPC. Interfaces are read before any record, so that an address which was given to a member in
 * between has its record. Where the network cannot be read, each service asks EC2 for its own addresses.
 */
export async function readFleet(reading: Reading, cache: FleetCache): Promise<Fleet> {
  const source = { what: 'Reading nodes, subnets and reservations', timeoutMs: reading.timeoutMs };
  const network = await readSource(reading, source, (signal) => readClusterNetwork({ ...reading, signal }, undefined));
  const interfaces = 'unknown' in network ? network : await cache.interfaces(reading, network.value.vpcId);
  const held = mapObserved(interfaces, holdersOf);
  return {
    network,
    interfaces,
    several: 'value' in held ? held.value.several : new Set(),
    shared: {
      holders: 'unknown' in network ? undefined : mapObserved(held, ({ byIp }) => byIp),
      zone: (zoneId) => cache.zone(reading, zoneId),
    },
  };
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const now = read();
  known.set(key, now);
  return now;
}
