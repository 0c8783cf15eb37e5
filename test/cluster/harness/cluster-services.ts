import type { KubeCluster } from '../../../scripts/rig/kube-cluster.ts';
import type { PodNode } from '../../../scripts/rig/nodes/pod-node.ts';
import type { World } from '../../e2e/harness/world.ts';

/** What runs in every cluster beside the control plane. */
export interface ClusterServices extends AsyncDisposable {
  /** Lets a node that has booted use volumes. */
  addNode(node: PodNode): Promise<void>;
}

export async function startServices(_parts: {
  world: World;
  kube: KubeCluster;
  dnsIp: string;
}): Promise<ClusterServices> {
  return { async addNode() {}, async [Symbol.asyncDispose]() {} };
}
