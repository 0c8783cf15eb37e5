import { cidrContains } from '../../common/domain/ipv4.ts';
import type { AddressReservation } from '../../common/ports/subnets.ts';
import { together } from '../../common/runtime/together.ts';
import type { Operation } from '../operation.ts';
import type { ClusterNetwork, ClusterSubnet } from './cluster-network.ts';
import { addressSource } from './free-addresses.ts';
import { readClusterNetwork } from './read-cluster-network.ts';
import { type AddressedMember, addressedMembers, heldAddresses } from './taken-addresses.ts';
import { whoseReservation } from './whose-reservation.ts';

/** A reservation and how much of it is used. */
export interface ReservationView {
  readonly id: string;
  readonly cidr: string;
  readonly kind: AddressReservation['kind'];
  /** Whether this cluster's members get addresses out of it. */
  readonly own: boolean;
  /** `this cluster`, or what its tags say instead. */
  readonly whose: string;
  /** Addresses that could be given; AWS keeps five of each subnet. */
  readonly size: number;
  /** Members of this cluster's records with an address in it. */
  readonly members: readonly AddressedMember[];
  /** Addresses that nobody has, neither in EC2 nor in our records. */
  readonly free: number;
}

/** A subnet that nodes are in, or that has a reservation of ours. */
export interface SubnetView {
  readonly subnetId: string;
  readonly zone: string;
  readonly cidr: string;
  /** Usable nodes of the zone with an interface in it. */
  readonly usableNodes: number;
  readonly reservations: readonly ReservationView[];
}

/**
 * The subnets in which members can live, by zone, and what is reserved in them.
 *
 * @throws FirecampError as `readClusterNetwork`
 */
export async function listReservations(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
): Promise<readonly SubnetView[]> {
  const network = await readClusterNetwork(operation, undefined);
  const subnets = network.subnets.filter((found) => found.own.length > 0 || nodesIn(network, found, false) > 0);
  const reserved = subnets.filter(({ own, others }) => own.length + others.length > 0);
  const [held, members] = await together(operation.signal, [
    (signal) => heldAddresses({ ...operation, signal }, reserved),
    (signal) => addressedMembers({ ...operation, signal }),
  ]);
  const taken = new Set([...held, ...members.map(({ ip }) => ip)]);
  const owner = { ...operation.settings, clusterUid: network.clusterUid };
  const views = subnets.map((found): SubnetView => {
    const view = (one: AddressReservation): ReservationView => {
      const { size, free } = addressSource({ subnet: found.subnet, own: [one] }, taken);
      return {
        id: one.id,
        cidr: one.cidr,
        kind: one.kind,
        own: found.own.includes(one),
        whose: whoseReservation(one, owner),
        size,
        members: members.filter(({ ip }) => cidrContains(one.cidr, ip)),
        free: free.length,
      };
    };
    const { id: subnetId, zone, cidr } = found.subnet;
    const usableNodes = nodesIn(network, found, true);
    return { subnetId, zone, cidr, usableNodes, reservations: [...found.own, ...found.others].map(view) };
  });
  return views.sort((one, other) => (one.zone === other.zone ? 0 : one.zone < other.zone ? -1 : 1));
}

function nodesIn({ nodes }: ClusterNetwork, { subnet }: ClusterSubnet, usableOnly: boolean): number {
  return nodes.filter((node) => (node.usable || !usableOnly) && node.subnetIds.includes(subnet.id)).length;
}
