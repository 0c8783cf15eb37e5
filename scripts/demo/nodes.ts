import { demoTopology } from '../../test/cloud/demo-topology.ts';
import type { InstanceSpec } from '../../test/cloud/topology.ts';
import type { DemoNode } from './member-pod.ts';

const { instances } = demoTopology();

/** A node of the first zone that no member begins on: members of a service never share one. */
const spare: InstanceSpec = {
  id: 'i-00000000000000004',
  type: 'm5.large',
  tags: { Name: 'node-4', 'firecamp-cluster': 'demo' },
  roleName: 'demo-node',
  interfaces: [
    {
      id: 'eni-00000000000000004',
      mac: '02:00:00:00:00:04',
      subnetId: 'subnet-0000000000000000a',
      primaryIp: '10.0.1.14',
      deviceIndex: 0,
      tags: { 'firecamp-cluster': 'demo' },
    },
  ],
};

/** Four nodes in two zones. */
export const topology = demoTopology({ instances: [...instances, spare] });

/** The nodes by name, in order. */
export const nodes: readonly DemoNode[] = topology.instances.map(({ id, tags }) => ({
  name: tags?.['Name'] ?? id,
  instanceId: id,
}));

/** Where a member starts first: in its zone, and on a node of its own. */
export function firstNodeOf(ordinal: number): DemoNode | undefined {
  return nodes[[0, 2, 1][ordinal] ?? -1];
}

/** Where the first member goes when its node is lost. */
export const spareNode = nodes[3];

/** Name of the node that has this interface; '' for none. */
export function nodeOfInterface(interfaceId: string): string {
  const instance = topology.instances.find((one) => one.interfaces.some((eni) => eni.id === interfaceId));
  return instance?.tags?.['Name'] ?? '';
}
