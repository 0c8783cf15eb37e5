import { setTimeout as sleep } from 'node:timers/promises';
import type { PodNode } from '../../../scripts/rig/nodes/pod-node.ts';

/** What a container of a pod has said, all its runs that its node still keeps; past the API server, which may not reach the node. Empty where nothing is left. */
export async function podLog(node: PodNode, podUid: string, container: string): Promise<string> {
  const files = `/var/log/pods/*_${podUid}/${container}/*.log`;
  return await node.machine.run(['sh', '-c', `cat ${files} 2>/dev/null || true`]);
}

/** The last that `podLog` finds before the work is done: kubelet takes the logs away with the pod. Fails as the work does. */
export async function podLogDuring(work: Promise<unknown>, ...of: Parameters<typeof podLog>): Promise<string> {
  let [log, working] = ['', true];
  const done = work.finally(() => {
    working = false;
  });
  const reading = async () => {
    while (working) {
      log = (await podLog(...of)) || log;
      await sleep(50);
    }
  };
  await Promise.all([done, reading()]);
  return log;
}
