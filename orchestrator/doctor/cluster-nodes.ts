import { clusterTag, noManageTag } from '../../common/domain/node-interfaces.ts';
import type { NetworkInterface } from '../../common/ports/addresses.ts';
import type { ClusterNetwork, ClusterNode } from '../network/cluster-network.ts';
import type { Look } from './check.ts';
import { known } from './seen.ts';

/** The nodes of the plan's zones. What EC2 says of them is left out where it could not be read. */
export function nodesOf({ nodes, instances, interfaces, plan }: Look): ClusterNode[] {
  const byId = 'value' in instances ? new Map(instances.value.map((one) => [one.id, one])) : undefined;
  const attached = 'value' in interfaces ? interfaces.value : [];
  return known(nodes)
    .filter(({ zone }) => plan.zones.includes(zone))
    .map((node) => {
      const state = node.instanceId === undefined ? undefined : byId?.get(node.instanceId)?.state;
      const inEc2 = byId === undefined || state === 'running' ? undefined : instanceTrouble(node.instanceId, state);
      const trouble = node.trouble ?? inEc2;
      const own = attached.filter(({ instanceId }) => instanceId !== undefined && instanceId === node.instanceId);
      const subnetIds = [...new Set(own.map(({ subnetId }) => subnetId))].sort();
      return { ...node, trouble, usable: trouble === undefined, subnetIds };
    });
}

function instanceTrouble(id: string | undefined, state: string | undefined): string {
  return state === undefined ? `is ${id}, which EC2 does not know` : `is ${id}, which is ${state}`;
}

export function usableNodes(look: Look): ClusterNode[] {
  return nodesOf(look).filter(({ usable }) => usable);
}

/** The network as far as the address rules look at it. */
export function networkOf(look: Look): ClusterNetwork {
  known(look.interfaces);
  const [clusterUid, vpcId, subnets] = [known(look.clusterUid), known(look.vpcId), known(look.subnets)];
  return { clusterUid, vpcId, subnets, nodes: nodesOf(look) };
}

/** Interfaces of the node that may hold members' addresses as far as the VPC CNI goes; it adopts the addresses of every other one. */
export function memberInterfaces(look: Look, { instanceId }: ClusterNode): NetworkInterface[] {
  const own = known(look.interfaces).filter((one) => one.instanceId !== undefined && one.instanceId === instanceId);
  return known(look.cni).present ? own.filter(isLeftAlone) : own;
}

/** Those that are in a subnet with a reservation of ours, too. */
export function reservedInterfaces(look: Look, node: ClusterNode): NetworkInterface[] {
  const reserved = known(look.subnets).filter(({ own }) => own.length > 0);
  const ids = new Set(reserved.map(({ subnet }) => subnet.id));
  return memberInterfaces(look, node).filter(({ subnetId }) => ids.has(subnetId));
}

function isLeftAlone({ deviceIndex, tags }: NetworkInterface): boolean {
  return deviceIndex !== 0 && tags[noManageTag] === 'true';
}

/** Whether it is marked as this cluster's. */
export function isTagged(tags: Readonly<Record<string, string>>, cluster: string): boolean {
  return tags[clusterTag] === cluster;
}
