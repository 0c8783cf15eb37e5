import type { AddressReservation, Subnet } from '../../common/ports/subnets.ts';

/** A node of Kubernetes and the EC2 instance that it is. */
export interface ClusterNode {
  readonly name: string;
  /** From the label topology.kubernetes.io/zone, which members are placed by; empty without it. */
  readonly zone: string;
  /** From `spec.providerID`; undefined where the node is no EC2 instance. */
  readonly instanceId: string | undefined;
  /** Ready, not cordoned, without a NoSchedule or NoExecute taint, and an EC2 instance that runs. */
  readonly usable: boolean;
  /** Why it is not usable, in words that follow the node's name: `is cordoned`; undefined when it is. */
  readonly trouble: string | undefined;
  /** Subnets that its instance has an interface for members in, sorted; only there can it hold their addresses. */
  readonly subnetIds: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** A subnet with the ranges of it that are kept for this cluster's records, and those that are not ours. */
export interface ClusterSubnet {
  readonly subnet: Subnet;
  /** Explicit ones with all tags of `reservationTags`, by their first address. */
  readonly own: readonly AddressReservation[];
  readonly others: readonly AddressReservation[];
}

/** Where the members of a cluster can be. */
export interface ClusterNetwork {
  /** UID of the namespace kube-system. */
  readonly clusterUid: string;
  /** Those in the zones that were asked for, by name. */
  readonly nodes: readonly ClusterNode[];
  /** The VPC that the nodes' instances are in. */
  readonly vpcId: string;
  /** Its subnets in the zones that were asked for, by id. */
  readonly subnets: readonly ClusterSubnet[];
}

/** Addresses that cannot be given to a member: somebody's in EC2, alone or by a delegated prefix, or named by a record. */
export type TakenAddresses = ReadonlySet<string>;

/** An address for a member, and the subnet that it is of. */
export interface ChosenAddress {
  readonly ip: string;
  readonly subnetId: string;
}

/** How many addresses are wanted in each zone; 0 where members go that have no static IP. */
export type AddressesByZone = ReadonlyMap<string, number>;
