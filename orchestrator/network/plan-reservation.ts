import { type Cidr, ipv4ToNumber, numberToIpv4 } from '../../common/domain/ipv4.ts';
import type { AddressReservation } from '../../common/ports/subnets.ts';
import { isKeptByAws, overlaps, rangeOf } from './address-ranges.ts';
import type { ClusterSubnet } from './cluster-network.ts';
import { rangeUnusable } from './range-unusable.ts';
import { prefixLengthFor, type ReservationRequest } from './reservation-request.ts';

/** What is to be reserved, and what is known of it. */
export interface ReservationPlan {
  readonly cidr: string;
  /** The reservation of ours that is there already. */
  readonly existing: AddressReservation | undefined;
  /** Addresses in the range that interfaces have now; they stay theirs, and no member gets them until they are free. */
  readonly inUse: readonly string[];
  /** Addresses that members can get out of it now. */
  readonly free: number;
}

/**
 * The range as it was asked for, or a free block of the size: aligned, apart from every reservation and from the first sixteen addresses of
 * the subnet, where AWS keeps four; of those the one with fewest addresses in use, then the lowest.
 *
 * @throws FirecampError FC-NET-007 with all faults
 */
export function planReservation(
  subnet: ClusterSubnet,
  request: Pick<ReservationRequest, 'cidr' | 'addresses'>,
  held: Iterable<string>,
): ReservationPlan {
  const whole = rangeOf(subnet.subnet.cidr);
  const used = [...new Set(held)].map((ip) => ipv4ToNumber(ip) ?? -1).sort((one, other) => one - other);
  if (request.cidr === undefined)
    return planned(whole, freeBlock(subnet, whole, prefixLengthFor(request.addresses), used), used);
  const existing = subnet.own.find(({ cidr }) => cidr === request.cidr);
  const faults = existing === undefined ? rangeFaults(subnet, whole, request.cidr) : [];
  if (faults.length > 0) throw rangeUnusable(`${request.cidr} of ${subnet.subnet.id}`, faults);
  return planned(whole, rangeOf(request.cidr), used, existing);
}

function planned(whole: Cidr, range: Cidr, used: readonly number[], existing?: AddressReservation): ReservationPlan {
  const inUse = used.filter((value) => contains(range, value));
  return {
    cidr: `${numberToIpv4(range.first)}/${range.prefixLength}`,
    existing,
    inUse: inUse.map(numberToIpv4),
    free: range.size - inUse.length - keptIn(whole, range),
  };
}

function rangeFaults({ subnet, own, others }: ClusterSubnet, whole: Cidr, cidr: string): string[] {
  const range = rangeOf(cidr);
  const inside = range.first >= whole.first && range.first + range.size <= whole.first + whole.size;
  const faults = inside ? [] : [`it is not inside the subnet's range ${subnet.cidr}`];
  for (const [whose, reservations] of [
    ['this cluster', own],
    ['somebody else', others],
  ] as const) {
    for (const one of reservations.filter((reservation) => overlaps(range, rangeOf(reservation.cidr)))) {
      faults.push(`it overlaps with ${one.id} (${one.cidr}, of ${whose})`);
    }
  }
  if (inside && range.size === keptIn(whole, range)) faults.push('AWS keeps all of its addresses for itself');
  return faults;
}

function freeBlock(
  { subnet, own, others }: ClusterSubnet,
  whole: Cidr,
  prefixLength: number,
  used: readonly number[],
): Cidr {
  const size = 2 ** (32 - prefixLength);
  const reserved = [...own, ...others].map(({ cidr }) => rangeOf(cidr));
  const closed = [...reserved, { first: whole.first, size: 16, prefixLength: 28 }];
  const blocks = Array.from({ length: Math.floor(whole.size / size) }, (_none, n): Cidr => {
    return { first: whole.first + n * size, size, prefixLength };
  });
  const [best] = blocks
    .filter((block) => !closed.some((range) => overlaps(block, range)))
    .map((block) => ({ block, lost: used.filter((value) => contains(block, value)).length + keptIn(whole, block) }))
    .sort((one, other) => one.lost - other.lost || one.block.first - other.block.first);
  if (best !== undefined && best.lost < size) return best.block;
  const there = [...own, ...others].map(({ id, cidr }) => `${id} ${cidr}`).join(', ') || 'none';
  throw rangeUnusable(`A block of ${size} addresses (/${prefixLength}) in ${subnet.id} ${subnet.cidr}`, [
    `the subnet has no such block left beside its first sixteen addresses and its reservations (${there})`,
  ]);
}

function contains(range: Cidr, value: number): boolean {
  return value >= range.first && value < range.first + range.size;
}

/** How many addresses of the range AWS keeps: of the subnet's first four and its last. */
function keptIn(whole: Cidr, range: Cidr): number {
  const kept = [0, 1, 2, 3, whole.size - 1].map((offset) => whole.first + offset);
  return kept.filter((value) => contains(range, value) && isKeptByAws(whole, value)).length;
}
