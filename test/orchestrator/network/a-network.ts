import type { AddressReservation } from '../../../common/ports/subnets.ts';
import type { ClusterNetwork, ClusterNode, ClusterSubnet } from '../../../orchestrator/network/cluster-network.ts';

/** A usable node in the zone with interfaces in these subnets. */
export function aNode(name: string, zone: string, subnetIds: readonly string[], trouble?: string): ClusterNode {
  return { name, zone, instanceId: `i-${name}`, usable: trouble === undefined, trouble, subnetIds, labels: {} };
}

/** A subnet with a reservation of ours for each of these ranges. */
export function aSubnet(
  id: string,
  zone: string,
  cidr: string,
  own: readonly string[],
  others: readonly AddressReservation[] = [],
): ClusterSubnet {
  const subnet = { id, vpcId: 'vpc-1', zone, cidr, freeAddresses: 0, tags: {} };
  return { subnet, own: own.map((range) => aReservation(id, range)), others };
}

export function aReservation(
  subnetId: string,
  cidr: string,
  tags: Readonly<Record<string, string>> = {},
): AddressReservation {
  return { id: `scr-${cidr}`, subnetId, cidr, kind: 'explicit', tags };
}

export function aNetwork(nodes: readonly ClusterNode[], subnets: readonly ClusterSubnet[]): ClusterNetwork {
  return { clusterUid: 'uid', vpcId: 'vpc-1', nodes, subnets };
}
