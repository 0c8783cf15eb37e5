import type { CallOptions } from './call-options.ts';

/** What a VPC needs so that its resolver answers from private zones: both (Route 53 developer guide, "Considerations when working with a private hosted zone"). */
export interface VpcDns {
  readonly enableDnsSupport: boolean;
  readonly enableDnsHostnames: boolean;
}

/** VPCs. Reads only, retried inside; everything that goes wrong rejects with `RequestFailedError`. */
export interface VpcService {
  dns(vpcId: string, options: CallOptions): Promise<VpcDns>;
}
