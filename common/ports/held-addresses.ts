import type { NetworkInterface, SendOptions } from './addresses.ts';
import type { CallOptions } from './call-options.ts';

/** Many addresses at once: what the orchestrator and the guard ask of EC2 where a member's program asks about one. */
export interface HeldAddresses {
  /** For each of these addresses that anybody holds in the VPC, the interface that does; 200 addresses a call. Retried inside. */
  holders(ips: readonly string[], vpcId: string, options: CallOptions): Promise<ReadonlyMap<string, NetworkInterface>>;
  /** Every interface of the VPC, in no order; 1,000 a call. Retried inside. */
  interfaces(vpcId: string, options: CallOptions): Promise<NetworkInterface[]>;
  /**
   * Takes these addresses off one interface in one request, sent once (EC2 API reference, UnassignPrivateIpAddresses: all or nothing).
   * `notHeld` when the interface lacks one of them or is gone: look at the holders and ask again for what is left.
   */
  unassign(interfaceId: string, ips: readonly string[], options: SendOptions): Promise<'done' | 'notHeld'>;
}
