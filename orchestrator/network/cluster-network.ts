import type { AddressReservation, Subnet } from '../../common/ports/subnets.ts';

/** A node of Kubernetes and the EC2 instance that it is. */
export interface ClusterNode {
  readonly name: string;
  readonly zone: string;
  /** From `spec.providerID`; undefined where the node is no EC2 instance. */
  readonly instanceId: string | undefined;
  /** Ready, not cordoned, and without a NoSchedule or NoExecute taint. */
  readonly usable: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** A subnet with the ranges of it that are kept for this cluster's records, and those that are not ours. */
export interface ClusterSubnet {
  readonly subnet: Subnet;
  readonly own: readonly AddressReservation[];
  readonly others: readonly AddressReservation[];
}

/** Where the members of a cluster can be. */
export interface ClusterNetwork {
  /** UID of the namespace kube-system. */
  readonly clusterUid: string;
  readonly nodes: readonly ClusterNode[];
  /** The VPC that the usable nodes' instances are in. */
  readonly vpcId: string;
  /** Its subnets in the zones that were asked for. */
  readonly subnets: readonly ClusterSubnet[];
}
