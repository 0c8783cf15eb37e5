/** Whether `text` is exactly one dotted IPv4 address without leading zeros. */
export function isIpv4(text: string): boolean {
  return ipv4ToNumber(text) !== undefined;
}

/** The address as an unsigned 32-bit number, or undefined when `text` is not one. */
export function ipv4ToNumber(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

/** The dotted form of an unsigned 32-bit number. */
export function numberToIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** An IPv4 network: its first address and prefix length. */
export interface Cidr {
  readonly first: number;
  readonly size: number;
  readonly prefixLength: number;
}

/** Parses `a.b.c.d/n`; undefined when it is malformed or has host bits set. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^([\d.]+)\/(\d|[12]\d|3[0-2])$/.exec(text);
  const first = match?.[1] === undefined ? undefined : ipv4ToNumber(match[1]);
  if (first === undefined || match?.[2] === undefined) return undefined;
  const prefixLength = Number(match[2]);
  const size = 2 ** (32 - prefixLength);
  return first % size === 0 ? { first, size, prefixLength } : undefined;
}

/** Whether the address lies in the network; false for anything malformed. */
export function cidrContains(cidr: string, ip: string): boolean {
  const network = parseCidr(cidr);
  const address = ipv4ToNumber(ip);
  return (
    network !== undefined && address !== undefined && address >= network.first && address < network.first + network.size
  );
}

/** The VPC router of a subnet: its second address (VPC user guide, "Subnet CIDR blocks": reserved addresses). */
export function subnetGateway(cidr: string): string | undefined {
  const network = parseCidr(cidr);
  return network === undefined ? undefined : numberToIpv4(network.first + 1);
}
