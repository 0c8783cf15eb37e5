/** Whose volume it is. */
interface VolumeOwner {
  readonly cluster: string;
  readonly service: string;
  /** The service's UUID: a later service of the same name is another one. */
  readonly serviceUuid: string;
  /** E.g. `redis-0`. */
  readonly member: string;
  readonly use: 'data' | 'journal';
}

/**
 * The tags of a member's EBS volume: its name in the console, whose it is, and what the EBS CSI driver's IAM policies ask for before
 * they let the driver attach or delete it: `ebs.csi.aws.com/cluster` (AmazonEBSCSIDriverPolicyV2) and `ebs.csi.aws.com/cluster-name`
 * (the cluster-scoped policy); aws-ebs-csi-driver, `docs/example-iam-policy.json`.
 *
 * @param kubernetesCluster the name that the driver has its cluster under, often not FireCamp's name of it
 */
export function volumeTags(owner: VolumeOwner, kubernetesCluster: string): Record<string, string> {
  const name = `${owner.cluster}-${owner.member}`;
  return {
    Name: owner.use === 'journal' ? `${name}-journal` : name,
    'firecamp-cluster': owner.cluster,
    'firecamp-service': owner.service,
    'firecamp-service-uuid': owner.serviceUuid,
    'firecamp-member': owner.member,
    'firecamp-volume': owner.use,
    'ebs.csi.aws.com/cluster': 'true',
    'ebs.csi.aws.com/cluster-name': kubernetesCluster,
  };
}
