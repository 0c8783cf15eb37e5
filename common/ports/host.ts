import type { CallOptions } from './call-options.ts';

/** A network link of the host that has a MAC address of its own. */
export interface HostLink {
  readonly name: string;
  readonly mac: string;
  readonly up: boolean;
}

/** Routing that sends replies from an address out by the address's own interface. */
export interface SourceRoute {
  readonly ip: string;
  readonly linkName: string;
  readonly gateway: string;
  readonly subnetCidr: string;
  /** Number of the routing table of this interface. */
  readonly table: number;
}

/** Evidence of the Amazon VPC CNI in the host's network; `unknown` when it could not be looked for. */
export type VpcCniEvidence = 'present' | 'absent' | 'unknown';

/**
 * The network of the node, as a hostNetwork pod with NET_ADMIN sees it. Every method is idempotent.
 * Rejects with `FirecampError` FC-HST-001.
 */
export interface HostNetwork {
  links(options: CallOptions): Promise<HostLink[]>;
  vpcCni(options: CallOptions): Promise<VpcCniEvidence>;
  /** Whether exactly `ip`/32 is on a link of the host, and on which. */
  findAddress(ip: string, options: CallOptions): Promise<string | undefined>;
  /**
   * Brings the link up and puts `ip`/32 on it, deprecated (never picked as the source of other traffic where there is another)
   * and with a lifetime after which the kernel removes it unless it is renewed.
   */
  attach(ip: string, linkName: string, lifetimeSeconds: number, options: CallOptions): Promise<void>;
  /** Removes exactly `ip`/32 from whatever link has it; says whether it was there. */
  detach(ip: string, options: CallOptions): Promise<boolean>;
  /** Adds rule and routes, marked `protocol kernel` so that systemd-networkd keeps them. */
  addSourceRoute(route: SourceRoute, options: CallOptions): Promise<void>;
  /** Removes the rules of the address that lead to one of our tables; a table that no rule leads to any more is emptied. */
  removeSourceRoutes(ip: string, options: CallOptions): Promise<void>;
  /** Sends a gratuitous ARP for the address; only for plain layer 2 networks, in a VPC nothing listens. */
  announce(ip: string, linkName: string, options: CallOptions): Promise<void>;
}
