import { clusterTag, noManageTag } from '../../common/domain/node-interfaces.ts';
import type { AttachableInterface, InterfaceLimits } from '../../common/ports/node-interfaces.ts';
import { together } from '../../common/runtime/together.ts';
import { readVpcCni } from '../doctor/facts/kubernetes-facts.ts';
import type { ClusterNode } from '../network/cluster-network.ts';
import { readClusterNetwork } from '../network/read-cluster-network.ts';
import type { Operation } from '../operation.ts';

/** A node, as far as members can run on it. */
export interface NodeLine {
  readonly name: string;
  readonly zone: string;
  /** undefined where the node is no EC2 instance. */
  readonly instanceId: string | undefined;
  readonly instanceType: string | undefined;
  /** How many its instance has, and can have on its first network card. */
  readonly interfaces: { readonly count: number; readonly limit: number | undefined };
  /** Those that members' addresses can live on, with how many more of them fit; undefined where EC2 does not know the instance type. */
  readonly forMembers: readonly { readonly id: string; readonly subnetId: string; readonly free: number | undefined }[];
  /** What keeps members from it, in words that follow the node's name; undefined when nothing does. */
  readonly trouble: string | undefined;
}

interface Seen {
  readonly cluster: string;
  readonly cniPresent: boolean;
  readonly reservedSubnets: ReadonlySet<string>;
  readonly types: ReadonlyMap<string, string>;
  readonly limits: ReadonlyMap<string, InterfaceLimits>;
}

/**
 * The nodes of the cluster, by name, and whether members can run on them.
 *
 * @throws FirecampError FC-NET-001 and FC-NET-005 as `readClusterNetwork`
 */
export async function listNodes(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
): Promise<readonly NodeLine[]> {
  const { ports, settings, signal } = operation;
  const { nodes, subnets } = await readClusterNetwork(operation, undefined);
  const ids = nodes.flatMap(({ instanceId }) => instanceId ?? []);
  const [cni, attached, instances] = await together(signal, [
    (joined) => readVpcCni({ ...operation, signal: joined }),
    (joined) => ports.nodeInterfaces.attachedTo(ids, { signal: joined }),
    (joined) => ports.instances.describe(ids, { signal: joined }),
  ]);
  const limits = await ports.nodeInterfaces.limits(
    instances.map(({ instanceType }) => instanceType),
    { signal },
  );
  const seen: Seen = {
    cluster: settings.cluster,
    cniPresent: cni.present,
    reservedSubnets: new Set(subnets.filter(({ own }) => own.length > 0).map(({ subnet }) => subnet.id)),
    types: new Map(instances.map(({ id, instanceType }) => [id, instanceType])),
    limits,
  };
  const byInstance = Map.groupBy(attached, ({ instanceId }) => instanceId);
  return nodes.map((node) => nodeLine(node, byInstance.get(node.instanceId) ?? [], seen));
}

function nodeLine(node: ClusterNode, attached: readonly AttachableInterface[], seen: Seen): NodeLine {
  const { name, zone, instanceId } = node;
  const instanceType = instanceId === undefined ? undefined : seen.types.get(instanceId);
  const limit = instanceType === undefined ? undefined : seen.limits.get(instanceType);
  const usable = seen.cniPresent ? attached.filter(isLeftAlone) : attached;
  const reserved = usable.filter(({ subnetId }) => seen.reservedSubnets.has(subnetId));
  const onFirstCard = attached.filter(({ attachment }) => attachment?.networkCard === 0);
  return {
    name,
    zone,
    instanceId,
    instanceType,
    interfaces: { count: onFirstCard.length, limit: limit?.interfaces },
    forMembers: reserved.map((one) => ({ id: one.id, subnetId: one.subnetId, free: freeSlots(one, limit) })),
    trouble: node.trouble ?? interfaceTrouble(usable, reserved, limit, seen.cluster),
  };
}

function isLeftAlone({ deviceIndex, tags }: AttachableInterface): boolean {
  return deviceIndex !== 0 && tags[noManageTag] === 'true';
}

function freeSlots({ addresses, prefixCount }: AttachableInterface, limit: InterfaceLimits | undefined) {
  return limit && Math.max(0, limit.addresses - addresses.length - prefixCount);
}

function interfaceTrouble(
  usable: readonly AttachableInterface[],
  reserved: readonly AttachableInterface[],
  limit: InterfaceLimits | undefined,
  cluster: string,
): string | undefined {
  if (usable.length === 0) return 'has no interface that the VPC CNI leaves alone';
  if (reserved.length === 0) return 'has no interface in a subnet with a range of this cluster';
  const own = reserved.filter(({ tags }) => tags[clusterTag] === cluster);
  if (own.length === 0)
    return `has no interface tagged ${clusterTag}=${cluster}, by which the members’ role may use it`;
  return own.every((one) => freeSlots(one, limit) === 0) ? 'has no room for another address' : undefined;
}
