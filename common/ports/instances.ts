import type { NetworkInterface } from './addresses.ts';
import type { CallOptions } from './call-options.ts';

/** An EC2 instance with what it is attached to. */
export interface Instance {
  readonly id: string;
  /** As EC2 says it: `pending`, `running`, `stopping`, `stopped`, `shutting-down` or `terminated`. */
  readonly state: string;
  readonly instanceType: string;
  readonly zone: string;
  /** undefined for a terminated instance. */
  readonly vpcId: string | undefined;
  /** IMDS hop limit (MetadataOptions.HttpPutResponseHopLimit). */
  readonly metadataHopLimit: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Instances and the interfaces that are attached to them. Reads only, retried inside, all pages, as few calls as EC2 takes. Everything
 * that goes wrong rejects with `RequestFailedError`.
 */
export interface InstanceService {
  /** Those of these instances that exist, in no order. */
  describe(ids: readonly string[], options: CallOptions): Promise<Instance[]>;
  /** Every interface attached to one of these instances, in no order. */
  interfaces(ids: readonly string[], options: CallOptions): Promise<NetworkInterface[]>;
  /** IPv4 addresses an interface can have, the primary included, by instance type; types that EC2 does not know are left out. */
  addressesPerInterface(types: readonly string[], options: CallOptions): Promise<ReadonlyMap<string, number>>;
}
