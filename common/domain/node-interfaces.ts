import { FirecampError } from './errors.ts';
import { cidrContains } from './ipv4.ts';

/** Tag of nodes and interfaces that belong to a FireCamp cluster; the value is the cluster's name. */
export const clusterTag = 'firecamp-worker';

/** The VPC CNI leaves alone only secondary interfaces created with this tag (amazon-vpc-cni-k8s, pkg/awsutils). */
export const noManageTag = 'node.k8s.amazonaws.com/no_manage';

/** An interface of this node: what the metadata service, EC2 and the host say of it together. */
export interface NodeInterface {
  readonly id: string;
  readonly mac: string;
  readonly linkName: string;
  readonly deviceNumber: number;
  readonly subnetId: string;
  readonly subnetCidr: string;
  readonly vpcId: string;
  readonly addresses: readonly string[];
  readonly prefixCount: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface InterfaceWish {
  readonly ip: string;
  readonly cluster: string;
  readonly instanceId: string;
  /** Whether the VPC CNI may run on the node: true also when it cannot be ruled out. */
  readonly vpcCniPossible: boolean;
}

/**
 * The interface of this node that shall have the address. Where several would do: one tagged for the cluster before others, then the
 * lowest device number, so that every run chooses the same.
 *
 * @throws FirecampError FC-ENI-003, FC-ENI-005 or FC-ENI-006 with what was found and what would do
 */
export function chooseInterface(interfaces: readonly NodeInterface[], wish: InterfaceWish): NodeInterface {
  const fields = { ip: wish.ip, instanceId: wish.instanceId, interfaces: interfaces.map((one) => one.id) };
  if (interfaces.length === 0) {
    const message = `No network link of this host is an interface of instance ${wish.instanceId}.`;
    throw new FirecampError('FC-ENI-006', message, { fields });
  }
  const inSubnet = interfaces.filter((one) => cidrContains(one.subnetCidr, wish.ip));
  if (inSubnet.length === 0) {
    const has = interfaces.map((one) => `${one.id} in ${one.subnetCidr || 'a subnet without IPv4'}`).join(', ');
    const message = `No interface of ${wish.instanceId} is in the subnet of ${wish.ip}: it has ${has}.`;
    throw new FirecampError('FC-ENI-003', message, { fields });
  }
  const usable = wish.vpcCniPossible ? inSubnet.filter(isLeftAloneByCni) : inSubnet;
  const [chosen] = usable.toSorted(
    (a, b) => rank(a, wish.cluster) - rank(b, wish.cluster) || a.deviceNumber - b.deviceNumber,
  );
  if (chosen === undefined) {
    const message = `The VPC CNI manages every interface of ${wish.instanceId} in the subnet of ${wish.ip} (${inSubnet.map((one) => one.id).join(', ')}): it would give the address to a pod.`;
    throw new FirecampError('FC-ENI-005', message, { fields });
  }
  return chosen;
}

/** Whether a VPC CNI on the node would keep away from the interface, so that none of its addresses comes to a pod. */
export function isLeftAloneByCni({ deviceNumber, tags }: Pick<NodeInterface, 'deviceNumber' | 'tags'>): boolean {
  return deviceNumber !== 0 && tags[noManageTag] === 'true';
}

function rank(one: NodeInterface, cluster: string): number {
  return one.tags[clusterTag] === cluster ? 0 : 1;
}

/**
 * The least number of IPv4 addresses that an interface of this instance type can have, known without asking: EC2's smallest types have two,
 * all others at least four (EC2 user guide, "Maximum IP addresses per network interface").
 */
export function addressFloor(instanceType: string): number {
  return /\.(nano|micro)$/.test(instanceType) ? 2 : 4;
}

/** Address slots that the interface has in use. A delegated prefix takes one slot. */
export function usedSlots(one: NodeInterface): number {
  return one.addresses.length + one.prefixCount;
}
