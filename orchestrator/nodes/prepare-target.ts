import type { Subnet } from '../../common/ports/subnets.ts';
import { together } from '../../common/runtime/together.ts';
import type { ClusterSubnet } from '../network/cluster-network.ts';
import { readClusterUid, withReservations } from '../network/read-cluster-network.ts';
import type { Operation } from '../operation.ts';
import { chooseSubnet } from './choose-subnet.ts';
import { type FoundNode, findNode, nameOf } from './find-node.ts';
import { readInstance } from './node-view.ts';

/** What may be chosen by hand. */
export interface PrepareRequest {
  /** In place of the zone's reserved one. */
  readonly subnetId?: string;
  /** In place of those of the primary interface. */
  readonly securityGroups?: readonly string[];
}

/** What a node is to be given. */
export interface PrepareTarget {
  readonly node: FoundNode;
  readonly instanceType: string;
  /** Interfaces on the instance's first network card; undefined where EC2 does not say. */
  readonly limit: number | undefined;
  readonly subnet: Subnet;
  readonly securityGroups: readonly string[];
}

type Reading = Pick<Operation, 'ports' | 'settings' | 'signal'>;

/**
 * Finds out what the node is to be given; only reads.
 *
 * @throws FirecampError FC-NOD-001, FC-NOD-002, FC-NOD-003, FC-NOD-005
 */
export async function prepareTarget(
  operation: Reading,
  given: string,
  request: PrepareRequest,
): Promise<PrepareTarget> {
  const { ports, signal } = operation;
  const node = await findNode(operation, given);
  const instance = await readInstance(operation, node);
  const { instanceType, zone, vpcId } = instance;
  const [attached, limits, subnets] = await together(signal, [
    (joined) => ports.nodeInterfaces.attachedTo([instance.id], { signal: joined }),
    (joined) => ports.nodeInterfaces.limits([instanceType], { signal: joined }),
    (joined) => readSubnets({ ...operation, signal: joined }, vpcId, zone),
  ]);
  const primary = attached.find(({ deviceIndex }) => deviceIndex === 0);
  const wish = { node: nameOf(node), zone, primarySubnetId: primary?.subnetId, subnetId: request.subnetId };
  const { subnet } = chooseSubnet(subnets, wish);
  const securityGroups = request.securityGroups ?? primary?.securityGroups ?? [];
  return { node, instanceType, limit: limits.get(instanceType)?.interfaces, subnet, securityGroups };
}

/** Every subnet of the VPC; what is reserved is looked up in the zone's alone. */
async function readSubnets(operation: Reading, vpcId: string, zone: string): Promise<ClusterSubnet[]> {
  const [clusterUid, all] = await together(operation.signal, [
    (signal) => readClusterUid({ ...operation, signal }),
    (signal) => operation.ports.subnets.list(vpcId, { signal }),
  ]);
  const { here = [], elsewhere = [] } = Object.groupBy(all, (subnet) => (subnet.zone === zone ? 'here' : 'elsewhere'));
  const reserved = await withReservations(operation, here, { ...operation.settings, clusterUid });
  return [...reserved, ...elsewhere.map((subnet) => ({ subnet, own: [], others: [] }))];
}
