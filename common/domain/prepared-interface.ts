import { clusterTag, noManageTag } from './node-interfaces.ts';

/** Tag of what was made for a FireCamp cluster, volumes and ranges as well; the value is the cluster's name. */
const madeForTag = 'firecamp-cluster';

/** Tag of an interface that was made for a node; the value is the id of the node's instance. */
const nodeTag = 'firecamp-node';

/** The node and the cluster that an interface is made for. */
export interface PreparedFor {
  readonly cluster: string;
  readonly instanceId: string;
}

/** By these tags an interface that was made for the node is found again, attached or not. */
export function preparedMark({ cluster, instanceId }: PreparedFor): Readonly<Record<string, string>> {
  return { [madeForTag]: cluster, [nodeTag]: instanceId };
}

/**
 * All tags of an interface that is made for a node. They have to be there from its first moment: the VPC CNI leaves alone only what it
 * finds tagged when it first sees it (amazon-vpc-cni-k8s, pkg/ipamd).
 */
export function preparedTags(node: PreparedFor): Readonly<Record<string, string>> {
  return {
    ...preparedMark(node),
    [noManageTag]: 'true',
    [clusterTag]: node.cluster,
    Name: `firecamp ${node.cluster} members of ${node.instanceId}`,
  };
}

/** Whether the interface was made for this node of this cluster. */
export function isPrepared(tags: Readonly<Record<string, string>>, node: PreparedFor): boolean {
  return Object.entries(preparedMark(node)).every(([key, value]) => tags[key] === value);
}
