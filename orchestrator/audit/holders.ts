import type { NetworkInterface } from '../../common/ports/addresses.ts';

/** Who has each address, from all interfaces of a VPC. */
export interface Holders {
  readonly byIp: ReadonlyMap<string, NetworkInterface>;
  /** Addresses that EC2 shows on several interfaces, as its view may while one moves: who has them is not known. */
  readonly several: ReadonlySet<string>;
}

/** In one VPC an address has one holder. */
export function holdersOf(interfaces: readonly NetworkInterface[]): Holders {
  const byIp = new Map<string, NetworkInterface>();
  const several = new Set<string>();
  // One that changes from page to page of a listing may stand in two of them.
  for (const one of new Map(interfaces.map((found) => [found.id, found])).values()) {
    for (const ip of one.addresses) {
      if (byIp.has(ip)) several.add(ip);
      byIp.set(ip, one);
    }
  }
  return { byIp, several };
}
