/** An IPv4 range. `base` and `size` are numbers, so addresses compare and count by plain arithmetic. */
export interface Cidr {
  readonly base: number;
  readonly size: number;
  readonly prefix: number;
}

/** The address as an unsigned number, or undefined when the text is no dotted quad. */
export function parseIpv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

export function formatIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** The range, or undefined when the text is no CIDR or has host bits set. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const base = parseIpv4(address);
  if (base === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length) || Number(length) > 32) return undefined;
  const size = 2 ** (32 - Number(length));
  return base % size === 0 ? { base, size, prefix: Number(length) } : undefined;
}

export function cidrContains(cidr: Cidr, address: number): boolean {
  return address >= cidr.base && address < cidr.base + cidr.size;
}

export function cidrCovers(outer: Cidr, inner: Cidr): boolean {
  return inner.base >= outer.base && inner.base + inner.size <= outer.base + outer.size;
}

export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return a.base < b.base + b.size && b.base < a.base + a.size;
}

/** AWS keeps the first four addresses of a subnet and the last (VPC user guide, "Subnet CIDR blocks"). */
export function isReservedByAws(subnet: Cidr, address: number): boolean {
  const offset = address - subnet.base;
  return offset < 4 || offset === subnet.size - 1;
}
