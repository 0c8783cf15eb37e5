import type { Cidr } from '../ipv4.ts';

export interface Vpc {
  readonly id: string;
  readonly cidr: string;
  readonly enableDnsHostnames: boolean;
  readonly enableDnsSupport: boolean;
  readonly tags: Map<string, string>;
}

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly range: Cidr;
  readonly zone: string;
  readonly tags: Map<string, string>;
}

export interface Reservation {
  readonly id: string;
  readonly subnetId: string;
  readonly cidr: string;
  readonly range: Cidr;
  readonly type: 'explicit' | 'prefix';
  readonly description: string | undefined;
  readonly tags: Map<string, string>;
}

export interface Attachment {
  readonly id: string;
  readonly instanceId: string;
  readonly deviceIndex: number;
  deleteOnTermination: boolean;
  readonly attachedAt: number;
}

export interface NetworkInterface {
  readonly id: string;
  readonly mac: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  description: string;
  /** the primary first; the truth, which Describe and IMDS may lag behind */
  addresses: readonly string[];
  /** delegated /28 prefixes; each fills one address slot */
  readonly prefixes: readonly string[];
  /** ids of security groups, by which nothing is filtered here */
  readonly groups: readonly string[];
  attachment: Attachment | undefined;
  /** the attachment it had last, for as long as it is being detached: until the clock's time `until` */
  detaching: { readonly attachment: Attachment; readonly until: number } | undefined;
  /** the clock's time from which on DescribeNetworkInterfaces shows it */
  readonly visibleFrom: number;
  sourceDestCheck: boolean;
  readonly tags: Map<string, string>;
}

export interface Volume {
  readonly id: string;
  readonly zone: string;
  readonly type: string;
  /** GiB */
  readonly size: number;
  readonly iops: number | undefined;
  /** MiB a second */
  readonly throughput: number | undefined;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | undefined;
  /** the client token that it was made with, and all that was asked for then */
  readonly token: string | undefined;
  readonly asked: string;
  readonly createdAt: number;
  /** an instance's id */
  attachedTo: string | undefined;
  /** a file system of it is mounted on that instance */
  mounted: boolean;
  /** it is to be detached as soon as nothing of it is mounted */
  busy: boolean;
  readonly tags: Map<string, string>;
}

export interface Instance {
  readonly id: string;
  readonly type: string;
  readonly zone: string;
  readonly roleName: string | undefined;
  readonly ipv6Only: boolean;
  readonly metadataHopLimit: number;
  readonly launchedAt: number;
  state: 'running' | 'terminated';
  readonly tags: Map<string, string>;
}
