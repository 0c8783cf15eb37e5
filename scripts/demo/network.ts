import type { Cloud } from '../../test/cloud/cloud.ts';
import type { Fabric } from '../rig/network/fabric.ts';
import { addInstance, followCloud } from '../rig/network/follow-cloud.ts';
import { nodes, topology } from './nodes.ts';

/** The nodes' network, on which packets go where the simulated EC2 says. */
export interface Network extends AsyncDisposable {
  /** Addresses on the links of a node. */
  addressesOf(node: string): Promise<readonly string[]>;
}

/** Makes the namespaces of the nodes and lets their routes follow the simulated EC2. */
export async function connectNodes(fabric: Fabric, cloud: Cloud): Promise<Network> {
  for (const instance of topology.instances) {
    await addInstance(fabric, cloud.ec2, instance, instance.tags?.['Name'] ?? instance.id);
  }
  const followed = followCloud(fabric, cloud.ec2, (id) => nodes.find(({ instanceId }) => instanceId === id)?.name);
  return {
    async addressesOf(node) {
      const { stdout } = await fabric.run(node, ['ip', '-j', '-4', 'address', 'show'], { PATH: process.env['PATH'] });
      const links = JSON.parse(stdout) as { addr_info: { local: string }[] }[];
      return links.flatMap((link) => link.addr_info.map((info) => info.local));
    },
    async [Symbol.asyncDispose]() {
      followed.stop();
      await followed.settled();
    },
  };
}
