import { type InstanceSpec, type Topology, topology } from '../cloud/topology.ts';

/** How large a simulated account is. */
export interface FleetOptions {
  /** Default us-east-1a, -1b and -1c. */
  readonly zones?: readonly string[];
  /** Default 2. */
  readonly nodesPerZone?: number;
  /** Default m5.large: ten addresses an interface. */
  readonly instanceType?: string;
  /** Tags of each subnet's reservation; none: no reservations. */
  readonly reservationTags: Readonly<Record<string, string>> | undefined;
  /** FireCamp's name of the cluster, in the tags of nodes and interfaces. */
  readonly cluster: string;
  /** Prefix length of the reservations; default 25. */
  readonly reservationLength?: number;
  readonly parts?: Partial<Topology>;
}

export const fleetVpc = 'vpc-0000000000000f1ee';

/** The subnet of the zone with this index, 10.0.<16·index>.0/20; its reservation begins 2,048 addresses later. */
export function fleetSubnet(index: number): string {
  return `subnet-${hex(0xf000 + index)}`;
}

/** The instance of this number (from 0) in the zone of this index. */
export function fleetInstance(zone: number, node: number): string {
  return `i-${hex(zone * 1000 + node + 1)}`;
}

/** A VPC with a subnet, a reservation and nodes in each zone. */
export function fleetTopology(options: FleetOptions): Topology {
  const zones = options.zones ?? ['us-east-1a', 'us-east-1b', 'us-east-1c'];
  const perZone = options.nodesPerZone ?? 2;
  const tags = { 'firecamp-worker': options.cluster };
  const node = (zone: number, n: number): InstanceSpec => ({
    id: fleetInstance(zone, n),
    type: options.instanceType ?? 'm5.large',
    tags,
    interfaces: [
      {
        id: `eni-${hex(zone * 1000 + n + 1)}`,
        mac: `02:00:00:${byte(zone)}:${byte(n >> 8)}:${byte(n & 255)}`,
        subnetId: fleetSubnet(zone),
        primaryIp: `10.0.${16 * zone + ((n + 10) >> 8)}.${(n + 10) & 255}`,
        deviceIndex: 0,
        tags,
      },
    ],
  });
  return topology({
    region: 'us-east-1',
    vpcs: [{ id: fleetVpc, cidr: '10.0.0.0/16', enableDnsHostnames: true, enableDnsSupport: true }],
    subnets: zones.map((zone, index) => ({
      id: fleetSubnet(index),
      vpcId: fleetVpc,
      cidr: `10.0.${16 * index}.0/20`,
      zone,
    })),
    reservations:
      options.reservationTags === undefined
        ? []
        : zones.map((_zone, index) => ({
            id: `scr-${hex(0xf000 + index)}`,
            subnetId: fleetSubnet(index),
            cidr: `10.0.${16 * index + 8}.0/${options.reservationLength ?? 25}`,
            tags: options.reservationTags ?? {},
          })),
    instances: zones.flatMap((_zone, index) => Array.from({ length: perZone }, (_none, n) => node(index, n))),
    ...options.parts,
  });
}

function hex(value: number): string {
  return value.toString(16).padStart(17, '0');
}

function byte(value: number): string {
  return value.toString(16).padStart(2, '0');
}
