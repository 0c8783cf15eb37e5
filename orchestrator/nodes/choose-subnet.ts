import { FirecampError } from '../../common/domain/errors.ts';
import type { ClusterSubnet } from '../network/cluster-network.ts';

/** Where the instance is, and what was asked for. */
export interface SubnetWish {
  /** For messages. */
  readonly node: string;
  readonly zone: string;
  /** That of the instance's primary interface. */
  readonly primarySubnetId: string | undefined;
  /** Chosen by hand. */
  readonly subnetId: string | undefined;
}

/**
 * The subnet that members’ interface belongs in: one of the node's zone with a range of this cluster, as members' addresses are of its subnet
 * and never leave it. Of several the primary interface's; a subnet that was chosen by hand needs no range, for addresses that were given otherwise.
 *
 * @throws FirecampError FC-NOD-005 with what there is
 */
export function chooseSubnet(subnets: readonly ClusterSubnet[], wish: SubnetWish): ClusterSubnet {
  const inZone = subnets.filter(({ subnet }) => subnet.zone === wish.zone);
  if (wish.subnetId !== undefined) return chosenByHand(subnets, inZone, wish);
  const reserved = inZone.filter(({ own }) => own.length > 0);
  const ofPrimary = reserved.find(({ subnet }) => subnet.id === wish.primarySubnetId);
  const [only, ...more] = reserved;
  if (ofPrimary !== undefined) return ofPrimary;
  if (only !== undefined && more.length === 0) return only;
  if (only === undefined) {
    throw unclear(`No subnet of ${wish.zone}, the zone of ${wish.node}, has a range of this cluster`, inZone, wish);
  }
  throw unclear(
    `${reserved.length} subnets of ${wish.zone}, the zone of ${wish.node}, have ranges of this cluster`,
    reserved,
    wish,
  );
}

function chosenByHand(
  all: readonly ClusterSubnet[],
  inZone: readonly ClusterSubnet[],
  wish: SubnetWish,
): ClusterSubnet {
  const chosen = inZone.find(({ subnet }) => subnet.id === wish.subnetId);
  if (chosen !== undefined) return chosen;
  const elsewhere = all.find(({ subnet }) => subnet.id === wish.subnetId);
  const is = elsewhere === undefined ? 'is no subnet of its VPC' : `is in ${elsewhere.subnet.zone}`;
  throw unclear(`${wish.node} is in ${wish.zone}, and ${wish.subnetId} ${is}`, inZone, wish);
}

function unclear(what: string, subnets: readonly ClusterSubnet[], { node, zone }: SubnetWish): FirecampError {
  const ids = subnets.map(({ subnet }) => subnet.id);
  const there = ids.length === 0 ? '' : ` (${ids.join(', ')})`;
  return new FirecampError('FC-NOD-005', `${what}${there}.`, { fields: { node, zone, subnets: ids } });
}
