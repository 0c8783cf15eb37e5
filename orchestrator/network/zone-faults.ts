import type { AddressesByZone, ClusterNetwork, ClusterSubnet, TakenAddresses } from './cluster-network.ts';
import { addressSources, reservedSubnets } from './free-addresses.ts';

/** Something that keeps a zone from holding its members. */
export interface ZoneFault {
  readonly code: 'FC-NET-001' | 'FC-NET-002' | 'FC-NET-003' | 'FC-NET-004';
  readonly zone: string;
  /** What is wrong, in words that start with the zone. */
  readonly text: string;
}

/** Everything that keeps the zones from holding as many members with an address as `needed` says, zone by zone. */
export function zoneFaults(network: ClusterNetwork, needed: AddressesByZone, taken: TakenAddresses): ZoneFault[] {
  return [...needed].flatMap(([zone, count]) => {
    const addressFault = count > 0 ? whyNoAddress(network, zone, count, taken) : undefined;
    return [whyNoNode(network, zone), addressFault].filter((fault) => fault !== undefined);
  });
}

/** What reserves the addresses that zones lack, as a command; undefined where that is none of the faults. */
export function reserveCommand(faults: readonly ZoneFault[]): string | undefined {
  const lacking = faults.filter(({ code }) => code === 'FC-NET-003' || code === 'FC-NET-004');
  const zones = [...new Set(lacking.map(({ zone }) => zone))];
  return zones.map((zone) => `firecamp network create --zone ${zone}`).join(' && ') || undefined;
}

function whyNoNode({ nodes }: ClusterNetwork, zone: string): ZoneFault | undefined {
  const here = nodes.filter((node) => node.zone === zone);
  if (here.some(({ usable }) => usable)) return undefined;
  const why = list(here.map(({ name, trouble }) => `${name} ${trouble}`)) || 'it has none';
  return { code: 'FC-NET-001', zone, text: `${zone} has no usable node: ${why}` };
}

function whyNoAddress(
  network: ClusterNetwork,
  zone: string,
  count: number,
  taken: TakenAddresses,
): ZoneFault | undefined {
  const subnets = network.subnets.filter(({ subnet }) => subnet.zone === zone);
  if (subnets.length === 0) {
    return { code: 'FC-NET-002', zone, text: `${zone} has no subnet with IPv4 in ${network.vpcId}` };
  }
  const reserved = reservedSubnets(network, zone);
  if (reserved.length === 0) {
    const text = `${zone} has no reservation of this cluster's addresses: ${list(subnets.map(whatIsReserved))}`;
    return { code: 'FC-NET-003', zone, text };
  }
  const nodeless = network.nodes.every((node) => node.zone !== zone || !node.usable);
  // Without a usable node the lack of one is the fault, and it has been told.
  if (nodeless) return undefined;
  const sources = addressSources(network, zone, taken);
  if (sources.length === 0) return { code: 'FC-NET-003', zone, text: notWhereNodesAre(network, zone, reserved) };
  const free = sources.reduce((sum, source) => sum + source.free.length, 0);
  if (free >= count) return undefined;
  const where = sources.map((source) => `${source.free.length} of ${source.size} in ${source.subnetId}`);
  const text = `${zone} needs ${count} addresses, has ${free} free (${list(where)}) and so lacks ${count - free}`;
  return { code: 'FC-NET-004', zone, text };
}

function whatIsReserved({ subnet, others }: ClusterSubnet): string {
  const found = others.map(({ id, cidr, kind, tags }) => {
    const told = list(Object.entries(tags).map(([key, value]) => `${key}=${value}`)) || 'untagged';
    return `${id} ${cidr} (${kind === 'prefix' ? 'of type prefix, ' : ''}${told})`;
  });
  return `${subnet.id} ${subnet.cidr} has ${found.length > 0 ? list(found) : 'no reservation'}`;
}

function notWhereNodesAre(network: ClusterNetwork, zone: string, reserved: readonly ClusterSubnet[]): string {
  const nodes = network.nodes.filter((node) => node.zone === zone && node.usable);
  const where = [...new Set(nodes.flatMap(({ subnetIds }) => subnetIds))].sort();
  const ours = list(reserved.map(({ subnet }) => subnet.id));
  return `${zone} has this cluster's reservations in ${ours}, where no usable node has an interface for members; its nodes have theirs in ${list(where) || 'no subnet'}`;
}

/** A zone can have hundreds of nodes, and a message shall be read. */
function list(items: readonly string[]): string {
  const shown = items.slice(0, 5).join(', ');
  return items.length > 5 ? `${shown} and ${items.length - 5} more` : shown;
}
