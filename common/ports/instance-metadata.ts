import type { CallOptions } from './call-options.ts';

/** This node as the instance metadata service tells it. */
export interface InstanceIdentity {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly region: string;
}

/** One interface of this instance as the metadata service tells it. */
export interface MetadataInterface {
  readonly mac: string;
  readonly interfaceId: string;
  readonly subnetId: string;
  readonly subnetCidr: string;
  readonly deviceNumber: number;
  readonly addresses: readonly string[];
}

/**
 * IMDSv2 of the instance this process runs on. The session token is fetched once and used by all calls; `prepare` fetches it
 * early, beside other work. Rejects with `RequestFailedError` FC-AWS-007.
 */
export interface InstanceMetadata {
  prepare(options: CallOptions): Promise<void>;
  identity(options: CallOptions): Promise<InstanceIdentity>;
  /** The interfaces of those MAC addresses that are this instance's; a MAC it does not know is left out. */
  interfaces(macs: readonly string[], options: CallOptions): Promise<MetadataInterface[]>;
  /** The addresses of one interface, read afresh. */
  localAddresses(mac: string, options: CallOptions): Promise<string[]>;
}
