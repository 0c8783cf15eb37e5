import { FirecampError } from '../../common/domain/errors.ts';
import { isOwnReservation, type ReservationOwner } from '../../common/domain/reservation-tags.ts';
import type { Instance } from '../../common/ports/instances.ts';
import type { Subnet } from '../../common/ports/subnets.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { together } from '../../common/runtime/together.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';
import { byCidr } from './address-ranges.ts';
import type { ClusterNetwork, ClusterNode, ClusterSubnet } from './cluster-network.ts';
import { memberInterfaces } from './member-interfaces.ts';
import { type NodeFacts, nodeFacts } from './node-facts.ts';

/** Requests about subnets at a time: well inside EC2's bucket for reads. */
export const subnetsAtOnce = 8;

type Reading = Pick<Operation, 'ports' | 'settings' | 'signal'>;

/**
 * Where members can be in these zones: nodes with the subnets that they are in, and the subnets with their reservations. The nodes are
 * asked about in batches, the reservations a subnet a call. A zone that lacks something is no failure here: `checkZones` tells all of that at once.
 *
 * @param zones all nodes and every subnet of their VPC when undefined
 * @throws FirecampError FC-NET-001 when the cluster has no node at all, FC-NET-005 when its nodes name no VPC or several
 */
export async function readClusterNetwork(
  operation: Reading,
  zones: readonly string[] | undefined,
): Promise<ClusterNetwork> {
  const [clusterUid, everyNode] = await together(operation.signal, [
    (signal) => readClusterUid({ ...operation, signal }),
    (signal) => readNodes({ ...operation, signal }),
  ]);
  const isWanted = ({ zone }: { readonly zone: string }) => zones === undefined || zones.includes(zone);
  const inZones = everyNode.filter(isWanted);
  // Where the zones have no instance, those of the other zones still say which VPC it is, and so what else is missing.
  const asked = inZones.some(({ instanceId }) => instanceId !== undefined) ? inZones : everyNode;
  const { nodes, vpcId } = await readInstances(operation, asked);
  const owner = { ...operation.settings, clusterUid };
  const all = await operation.ports.subnets.list(vpcId, { signal: operation.signal });
  const subnets = await withReservations(operation, all.filter(isWanted), owner);
  return { clusterUid, nodes: nodes.filter(isWanted), vpcId, subnets };
}

/** UID of the namespace kube-system, which tells this Kubernetes cluster from every other. */
export async function readClusterUid(operation: Reading): Promise<string> {
  const { ports, signal } = operation;
  const ref = { kind: kinds.Namespace, name: 'kube-system' };
  const found = await retried(operation, () => ports.kube.get(ref, { signal }));
  if (found !== 'absent') return found.metadata.uid;
  throw new FirecampError('FC-NET-005', 'There is no namespace kube-system, whose UID identifies the cluster.');
}

async function readNodes(operation: Reading): Promise<NodeFacts[]> {
  const { ports, signal } = operation;
  const { items } = await retried(operation, () => ports.kube.list(kinds.Node, {}, { signal }));
  return items.map(nodeFacts).sort((one, other) => compare(one.name, other.name));
}

async function readInstances(
  { ports, signal }: Reading,
  nodes: readonly NodeFacts[],
): Promise<{ readonly nodes: ClusterNode[]; readonly vpcId: string }> {
  const ids = nodes.flatMap(({ instanceId }) => instanceId ?? []);
  if (ids.length === 0) throw noInstance(nodes);
  const [instances, interfaces] = await together(signal, [
    (joined) => ports.instances.describe(ids, { signal: joined }),
    (joined) => ports.instances.interfaces(ids, { signal: joined }),
  ]);
  const byId = new Map(instances.map((instance) => [instance.id, instance]));
  const vpcId = oneVpc(nodes, byId);
  const subnetsOf = Map.groupBy(interfaces, ({ instanceId }) => instanceId);
  const found = nodes.map((node): ClusterNode => {
    const own = node.instanceId === undefined ? [] : (subnetsOf.get(node.instanceId) ?? []);
    const trouble = node.trouble ?? instanceTrouble(node, byId);
    const subnetIds = [...new Set(memberInterfaces(own).map(({ subnetId }) => subnetId))].sort(compare);
    return { ...node, trouble, usable: trouble === undefined, subnetIds };
  });
  return { nodes: found, vpcId };
}

function instanceTrouble({ instanceId }: NodeFacts, instances: ReadonlyMap<string, Instance>): string | undefined {
  const instance = instanceId === undefined ? undefined : instances.get(instanceId);
  if (instance === undefined) return `names the instance ${instanceId}, which EC2 does not know`;
  return instance.state === 'running' ? undefined : `is the instance ${instanceId}, which is ${instance.state}`;
}

function noInstance(nodes: readonly NodeFacts[]): FirecampError {
  if (nodes.length === 0) return new FirecampError('FC-NET-001', 'The cluster has no node.');
  const found = someOf(nodes.map(({ name, trouble }) => `${name} ${trouble}`));
  const message = `No node of the cluster is an EC2 instance, so its VPC is not known: ${found}.`;
  return new FirecampError('FC-NET-005', message, { fields: { nodes: nodes.map(({ name }) => name) } });
}

function oneVpc(nodes: readonly NodeFacts[], instances: ReadonlyMap<string, Instance>): string {
  const placed = nodes.flatMap(({ name, instanceId }) => {
    const vpcId = instanceId === undefined ? undefined : instances.get(instanceId)?.vpcId;
    return vpcId === undefined ? [] : [{ name, vpcId }];
  });
  const vpcs = Map.groupBy(placed, ({ vpcId }) => vpcId);
  const [vpcId] = vpcs.keys();
  if (vpcId !== undefined && vpcs.size === 1) return vpcId;
  const fields = { nodes: nodes.map(({ name }) => name), vpcs: [...vpcs.keys()] };
  if (vpcId === undefined) {
    const named = someOf(nodes.map(({ name, instanceId }) => `${name} (${instanceId ?? 'no instance'})`));
    throw new FirecampError('FC-NET-005', `EC2 knows no running instance of the nodes ${named}.`, { fields });
  }
  const parts = [...vpcs].map(([vpc, of]) => `${vpc} has ${someOf(of.map(({ name }) => name))}`);
  const message = `The nodes are in ${vpcs.size} VPCs, and members can live in one only: ${parts.join('; ')}.`;
  throw new FirecampError('FC-NET-005', message, { fields });
}

/** These subnets, by id, with what is reserved in each; a call a subnet. */
export async function withReservations(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  unordered: readonly Subnet[],
  owner: ReservationOwner,
): Promise<ClusterSubnet[]> {
  const subnets = unordered.toSorted((one, other) => compare(one.id, other.id));
  return bounded(signal, subnets, subnetsAtOnce, async (subnet: Subnet, joined) => {
    const found = (await ports.subnets.reservations(subnet.id, { signal: joined })).sort(byCidr);
    const { own = [], others = [] } = Object.groupBy(found, ({ kind, tags }) =>
      kind === 'explicit' && isOwnReservation(tags, owner) ? 'own' : 'others',
    );
    return { subnet, own, others };
  });
}

/** A few of what may be hundreds. */
function someOf(all: readonly string[]): string {
  const shown = all.slice(0, 5).join(', ');
  return all.length > 5 ? `${shown} and ${all.length - 5} more` : shown;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
