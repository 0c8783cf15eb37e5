import { FirecampError } from '../../common/domain/errors.ts';
import { cidrContains, parseCidr } from '../../common/domain/ipv4.ts';
import type { ClusterNetwork, ClusterSubnet } from './cluster-network.ts';
import { rangeUnusable } from './range-unusable.ts';
import { prefixLengthFor, type ReservationRequest } from './reservation-request.ts';

/**
 * The subnet that is meant: the one named, the one that has the range, or that of the zone's nodes.
 *
 * @throws FirecampError FC-NET-007 when the request says nothing, contradicts itself, or fits no subnet or several; FC-NET-002 when the zone has none
 */
export function findSubnet(network: ClusterNetwork, request: ReservationRequest): ClusterSubnet {
  const faults = requestFaults(request);
  if (faults.length > 0) throw rangeUnusable('The reservation', faults);
  const { zone, subnetId, cidr } = request;
  const inZone = network.subnets.filter(({ subnet }) => zone === undefined || subnet.zone === zone);
  if (inZone.length === 0) {
    const message = `Zone ${zone} has no subnet with IPv4 in ${network.vpcId}.`;
    throw new FirecampError('FC-NET-002', message, { fields: { zone, vpc: network.vpcId } });
  }
  const [base = ''] = cidr?.split('/') ?? [];
  const meant = inZone
    .filter(({ subnet }) => subnetId === undefined || subnet.id === subnetId)
    .filter(({ subnet }) => cidr === undefined || subnetId !== undefined || cidrContains(subnet.cidr, base));
  const [only, ...more] = meant.length > 1 ? withNodes(network, meant) : meant;
  if (only !== undefined && more.length === 0) return only;
  const what = subnetId ?? cidr ?? `A subnet of ${zone}`;
  if (only === undefined) throw rangeUnusable(what, [`it is in none of the subnets ${named(inZone)}`]);
  throw rangeUnusable(what, [
    `the zone has several subnets with nodes, and one must be named: ${named([only, ...more])}`,
  ]);
}

function requestFaults({ zone, subnetId, cidr, addresses }: ReservationRequest): string[] {
  const faults: string[] = [];
  if (zone === undefined && subnetId === undefined && cidr === undefined) {
    faults.push('a zone, a subnet or a range must be named');
  }
  if (cidr !== undefined && parseCidr(cidr) === undefined) {
    faults.push(`${cidr} is no IPv4 range that begins at a multiple of its size, such as 10.0.8.0/25`);
  }
  if (addresses !== undefined && cidr !== undefined) faults.push('a range has its size, and no other can be asked for');
  if (addresses !== undefined && !(Number.isInteger(addresses) && addresses >= 1 && prefixLengthFor(addresses) >= 16)) {
    faults.push(`${addresses} is no number of addresses from 1 to 65536, which the largest subnet has`);
  }
  return faults;
}

/** Members' addresses must be where nodes are, so of several subnets those are meant; all of them where there is no node yet. */
function withNodes({ nodes }: ClusterNetwork, subnets: readonly ClusterSubnet[]): readonly ClusterSubnet[] {
  const found = subnets.filter(({ subnet }) => nodes.some(({ subnetIds }) => subnetIds.includes(subnet.id)));
  return found.length > 0 ? found : subnets;
}

function named(subnets: readonly ClusterSubnet[]): string {
  return subnets.map(({ subnet }) => `${subnet.id} ${subnet.cidr} (${subnet.zone})`).join(', ');
}
