/** What is known of one member beside the service's definition. */
export interface MemberFacts {
  readonly ordinal: number;
  readonly zone: string;
  /** The subnet of its static IP. */
  readonly subnetId: string | undefined;
  readonly staticIp: string | undefined;
  /** EBS volumes; undefined until they are created. */
  readonly dataVolumeId: string | undefined;
  readonly journalVolumeId: string | undefined;
}

/** What the records know of a service; before it is created there is no UUID and no member. */
export interface ServiceFacts {
  /** 32 hex digits. */
  readonly serviceUuid: string | undefined;
  readonly members: readonly MemberFacts[];
}

/** A Kubernetes version such as 1.34; patches make no difference here. */
export interface KubeVersion {
  readonly major: number;
  readonly minor: number;
}

/** What is known of the Kubernetes cluster. */
export interface ClusterFacts {
  readonly kubeVersion: KubeVersion;
  /** Whether the Amazon VPC CNI runs on the nodes; `auto` leaves it to the programs to find out. */
  readonly vpcCni: 'present' | 'absent' | 'auto';
  /** A node label whose value is the subnet's id, where the nodes have one: then members are kept to the subnets of their addresses. */
  readonly subnetLabel: string | undefined;
}
