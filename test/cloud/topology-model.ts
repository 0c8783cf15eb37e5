import type { PolicyDocument } from './policy-document.ts';
import type { IssuerKeys } from './web-token.ts';

export type Tags = Readonly<Record<string, string>>;

export interface VpcSpec {
  readonly id: string;
  readonly cidr: string;
  /** default true, as for a VPC that private zones work in */
  readonly enableDnsHostnames?: boolean;
  /** default true */
  readonly enableDnsSupport?: boolean;
}

export interface SubnetSpec {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly zone: string;
  readonly tags?: Tags;
}

/** An explicit subnet CIDR reservation: AWS gives no address out of it by itself. */
export interface ReservationSpec {
  readonly id: string;
  readonly subnetId: string;
  readonly cidr: string;
  readonly tags?: Tags;
}

export interface InterfaceSpec {
  readonly id: string;
  readonly mac: string;
  readonly subnetId: string;
  readonly primaryIp: string;
  readonly secondaryIps?: readonly string[];
  /** delegated /28 prefixes, as the VPC CNI takes them; each fills one address slot */
  readonly prefixes?: readonly string[];
  /** ids of security groups; default: the VPC's default one */
  readonly groups?: readonly string[];
  readonly deviceIndex: number;
  readonly tags?: Tags;
}

export interface InstanceSpec {
  readonly id: string;
  readonly type: string;
  /** default: the zone of its first interface's subnet */
  readonly zone?: string;
  readonly tags?: Tags;
  readonly roleName?: string;
  /** in an IPv6-only subnet: the IPv4 addresses of its interfaces do not exist */
  readonly ipv6Only?: boolean;
  /** MetadataOptions.HttpPutResponseHopLimit; default 1 */
  readonly metadataHopLimit?: number;
  readonly interfaces: readonly InterfaceSpec[];
}

export interface RecordSpec {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly values: readonly string[];
}

export interface HostedZoneSpec {
  readonly id: string;
  readonly name: string;
  readonly privateZone: boolean;
  readonly vpcIds: readonly string[];
  readonly records?: readonly RecordSpec[];
}

export interface PrincipalSpec {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly arn: string;
  /** left out: everything is allowed */
  readonly policy?: PolicyDocument;
}

/** Who may assume a role. */
export interface RoleTrust {
  /** for AssumeRoleWithWebIdentity */
  readonly webIdentity?: IssuerKeys & {
    readonly issuer: string;
    readonly audience: string;
    /** patterns with * and ? that the token's `sub` must match one of; left out: any */
    readonly subjects?: readonly string[];
  };
  /** patterns of the ARNs that may call AssumeRole; left out: none */
  readonly principals?: readonly string[];
  /** services of AWS that may call AssumeRole and TagSession, such as pods.eks.amazonaws.com; left out: none */
  readonly services?: readonly string[];
}

export interface RoleSpec {
  readonly name: string;
  readonly arn: string;
  /** left out: everything is allowed */
  readonly policy?: PolicyDocument;
  readonly trust?: RoleTrust;
}

/** The account's own value of a quota, in place of AWS's default. */
export interface QuotaSpec {
  /** e.g. ebs */
  readonly service: string;
  readonly code: string;
  readonly name: string;
  readonly value: number;
}

/** All that exists in the simulated account at its start. JSON-serialisable. */
export interface Topology {
  readonly region: string;
  readonly accountId: string;
  readonly vpcs: readonly VpcSpec[];
  readonly subnets: readonly SubnetSpec[];
  readonly reservations?: readonly ReservationSpec[];
  readonly instances: readonly InstanceSpec[];
  readonly hostedZones?: readonly HostedZoneSpec[];
  readonly principals?: readonly PrincipalSpec[];
  readonly roles?: readonly RoleSpec[];
  readonly quotas?: readonly QuotaSpec[];
}
