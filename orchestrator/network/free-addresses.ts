import { numberToIpv4 } from '../../common/domain/ipv4.ts';
import { isKeptByAws, rangeOf } from './address-ranges.ts';
import type { ClusterNetwork, ClusterSubnet, TakenAddresses } from './cluster-network.ts';

/** A subnet that members can have addresses of, and those addresses. */
export interface AddressSource {
  readonly subnetId: string;
  /** Lowest first. */
  readonly free: readonly string[];
  /** Addresses of the reservations that could be given to members, free or not. */
  readonly size: number;
}

/**
 * Where the zone's members can have addresses from: subnets with a reservation of ours in which a usable node of the zone has an
 * interface, as an address never leaves its subnet. The one with most free comes first, then the lowest id.
 */
export function addressSources(network: ClusterNetwork, zone: string, taken: TakenAddresses): AddressSource[] {
  return reservedSubnets(network, zone)
    .filter((subnet) => hasUsableNode(network, subnet))
    .map((subnet) => addressSource(subnet, taken))
    .sort((one, other) => other.free.length - one.free.length || (one.subnetId < other.subnetId ? -1 : 1));
}

/** The zone's subnets that have a reservation of ours. */
export function reservedSubnets({ subnets }: ClusterNetwork, zone: string): ClusterSubnet[] {
  return subnets.filter(({ subnet, own }) => subnet.zone === zone && own.length > 0);
}

/** Whether a usable node of the subnet's zone has an interface in it. */
function hasUsableNode({ nodes }: ClusterNetwork, { subnet }: Pick<ClusterSubnet, 'subnet'>): boolean {
  return nodes.some((node) => node.usable && node.zone === subnet.zone && node.subnetIds.includes(subnet.id));
}

/** What the reservations of ours have to give. */
export function addressSource(
  { subnet, own }: Pick<ClusterSubnet, 'subnet' | 'own'>,
  taken: TakenAddresses,
): AddressSource {
  const whole = rangeOf(subnet.cidr);
  const all = new Set<number>();
  for (const { cidr } of own) {
    const { first, size } = rangeOf(cidr);
    for (let value = first; value < first + size; value++) if (!isKeptByAws(whole, value)) all.add(value);
  }
  const ips = [...all].sort((one, other) => one - other).map(numberToIpv4);
  return { subnetId: subnet.id, free: ips.filter((ip) => !taken.has(ip)), size: ips.length };
}
