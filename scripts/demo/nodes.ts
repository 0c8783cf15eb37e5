import { demoTopology } from '../../test/cloud/demo-topology.ts';
import type { DemoNode } from './member-pod.ts';

/** Three nodes in two zones. */
export const topology = demoTopology();

/** The nodes by name, in order. */
export const nodes: readonly DemoNode[] = topology.instances.map(({ id, tags }) => ({
  name: tags?.['Name'] ?? id,
  instanceId: id,
}));

/** Name of the node that has this interface; '' for none. */
export function nodeOfInterface(interfaceId: string): string {
  const instance = topology.instances.find((one) => one.interfaces.some((eni) => eni.id === interfaceId));
  return instance?.tags?.['Name'] ?? '';
}
