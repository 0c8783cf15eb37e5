import { FirecampError } from '../domain/errors.ts';
import type { HostLink } from '../ports/host.ts';

/** An IPv4 address on a link. */
export interface LinkAddress {
  readonly linkName: string;
  readonly ip: string;
  readonly prefixLength: number;
  /** The kernel's flag: another address of the same network came first, so no connected route hangs on this one. */
  readonly secondary: boolean;
}

/** A policy routing rule, numbers instead of the names of /etc/iproute2. */
export interface RoutingRule {
  readonly priority: number;
  readonly source: string;
  readonly table: number | undefined;
  readonly protocol: number | undefined;
  readonly fwmark: number | undefined;
  readonly fwmask: number | undefined;
}

type JsonObject = { readonly [key: string]: unknown };

/** The links of `ip -j link show` that are Ethernet and so have a MAC address. */
export function parseLinks(json: string): HostLink[] {
  return objects(json, 'ip link').flatMap((link) => {
    const { ifname, address, link_type: type, flags } = link;
    if (typeof ifname !== 'string' || typeof address !== 'string' || type !== 'ether') return [];
    return [{ name: ifname, mac: address.toLowerCase(), up: Array.isArray(flags) && flags.includes('UP') }];
  });
}

/** The IPv4 addresses of `ip -j -4 address show`, in the kernel's order. */
export function parseAddresses(json: string): LinkAddress[] {
  return objects(json, 'ip address').flatMap((link) => {
    const linkName = link['ifname'];
    if (typeof linkName !== 'string' || !Array.isArray(link['addr_info'])) return [];
    return link['addr_info'].filter(isObject).flatMap((entry) => {
      const { local, prefixlen, secondary, family } = entry;
      if (family !== 'inet' || typeof local !== 'string' || typeof prefixlen !== 'number') return [];
      return [{ linkName, ip: local, prefixLength: prefixlen, secondary: secondary === true }];
    });
  });
}

/** The rules of `ip -j -d -N rule show`: `-N` prints numbers, `-d` adds the protocol (iproute2, ip(8)). */
export function parseRules(json: string): RoutingRule[] {
  return objects(json, 'ip rule').map((rule) => ({
    priority: number(rule['priority']) ?? -1,
    source: typeof rule['src'] === 'string' ? rule['src'] : 'all',
    table: number(rule['table']),
    protocol: number(rule['protocol']),
    fwmark: number(rule['fwmark']),
    fwmask: number(rule['fwmask']),
  }));
}

/** The numbers of the tables that have a route in `ip -j -N route show table all`; routes of `main` name no table. */
export function parseRouteTables(json: string): ReadonlySet<number> {
  return new Set(objects(json, 'ip route').flatMap((route) => number(route['table']) ?? []));
}

function number(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// iproute2 prints `[{}]` members for entries that a filter left out, and nothing at all for some empty lists.
function objects(json: string, what: string): JsonObject[] {
  if (json.trim() === '') return [];
  try {
    const parsed: unknown = JSON.parse(json);
    if (Array.isArray(parsed)) return parsed.filter(isObject);
  } catch (cause) {
    throw new FirecampError('FC-HST-001', `The output of "${what}" is not JSON; is "ip" iproute2's?`, { cause });
  }
  throw new FirecampError('FC-HST-001', `The output of "${what}" is not a list; is "ip" iproute2's?`);
}
