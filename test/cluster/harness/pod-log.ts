import type { PodNode } from '../../../scripts/rig/nodes/pod-node.ts';

/** What a container of a pod has said, all its runs that its node still keeps; past the API server, which may not reach the node. Empty where nothing is left. */
export async function podLog(node: PodNode, podUid: string, container: string): Promise<string> {
  const files = `/var/log/pods/*_${podUid}/${container}/*.log`;
  return await node.machine.run(['sh', '-c', `cat ${files} 2>/dev/null || true`]);
}
