import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startEbsDriver } from '../../../scripts/rig/ebs-driver/ebs-driver.ts';
import type { KubeCluster } from '../../../scripts/rig/kube-cluster.ts';
import type { PodNode } from '../../../scripts/rig/nodes/pod-node.ts';
import { nodeName, type World } from '../../e2e/harness/world.ts';

/** EBS volumes for a cluster, by the driver of the rig. */
export interface ClusterVolumes extends AsyncDisposable {
  /** Folder of the volumes' content, one below it for each volume, by its id. */
  readonly dataRoot: string;
  /** Lets a node use volumes, from now on and after each boot; its disk is there. */
  addNode(node: PodNode): Promise<void>;
}

export async function startVolumes(world: World, api: KubeCluster): Promise<ClusterVolumes> {
  const dataRoot = join(world.dir, 'volumes');
  await mkdir(dataRoot);
  const { ec2, topology } = world.cloud;
  const driver = await startEbsDriver({ api, ec2, dataRoot });
  return {
    dataRoot,
    async addNode({ name, machine }) {
      const instance = [...ec2.instances.values()].find(({ id }) => nodeName(topology, id) === name);
      if (instance === undefined) throw new Error(`There is no instance of node ${name}.`);
      await driver.addNode({
        name,
        instanceId: instance.id,
        zone: instance.zone,
        kubeletDir: machine.onDisk('/var/lib/kubelet'),
        inNode: (argv) => machine.run(argv),
        isOn: () => machine.running,
      });
    },
    [Symbol.asyncDispose]: () => driver.stop(),
  };
}
