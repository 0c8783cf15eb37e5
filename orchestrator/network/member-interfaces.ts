import { noManageTag } from '../../common/domain/node-interfaces.ts';
import type { NetworkInterface } from '../../common/ports/addresses.ts';

/** On every interface that the VPC CNI makes (amazon-vpc-cni-k8s, README, "ENI tags related to Allocation"). */
const cniTag = 'node.k8s.amazonaws.com/instance_id';

/**
 * The interfaces of a node that members can have addresses on, as far as tags tell. Whoever has given the node one that the VPC CNI leaves
 * alone runs the CNI, which takes addresses on every other interface for its pods; and interfaces that the CNI made are in the pods' subnets.
 * The primary one it manages whatever its tags: those of a launch template are on every interface (amazon-vpc-cni-k8s, pkg/ipamd).
 */
export function memberInterfaces(interfaces: readonly NetworkInterface[]): readonly NetworkInterface[] {
  const leftAlone = interfaces.filter(({ deviceIndex, tags }) => deviceIndex !== 0 && tags[noManageTag] === 'true');
  return leftAlone.length > 0 ? leftAlone : interfaces.filter(({ tags }) => tags[cniTag] === undefined);
}
