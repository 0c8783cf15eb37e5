import { type Cidr, numberToIpv4, parseCidr } from '../../common/domain/ipv4.ts';

/** The range, which AWS has told and which is therefore one. */
export function rangeOf(cidr: string): Cidr {
  const range = parseCidr(cidr);
  if (range === undefined) throw new TypeError(`${cidr} is no IPv4 range`);
  return range;
}

/** Every address of the range, lowest first. */
export function* addressesOf(cidr: string): Generator<string> {
  const { first, size } = rangeOf(cidr);
  for (let value = first; value < first + size; value++) yield numberToIpv4(value);
}

/** Whether AWS keeps this address of the subnet: the first four and the last (VPC user guide, "Subnet CIDR blocks"). */
export function isKeptByAws(subnet: Cidr, value: number): boolean {
  return value < subnet.first + 4 || value >= subnet.first + subnet.size - 1;
}

export function overlaps(one: Cidr, other: Cidr): boolean {
  return one.first < other.first + other.size && other.first < one.first + one.size;
}

/** Order of ranges: by first address. */
export function byCidr(one: { readonly cidr: string }, other: { readonly cidr: string }): number {
  return rangeOf(one.cidr).first - rangeOf(other.cidr).first;
}
