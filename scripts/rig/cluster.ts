/**
 * `npm run cluster`: a Kubernetes control plane on the loopback address with three nodes that kwok plays, until it is ended. Prints the
 * path of its kubeconfig, which is removed with it.
 */
import { once } from 'node:events';
import { say } from './cache.ts';
import { startKubeCluster } from './kube-cluster.ts';

const ended = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
const cluster = await startKubeCluster();
try {
  for (const [at, zone] of ['us-east-1a', 'us-east-1b', 'us-east-1c'].entries()) {
    await cluster.addNode({ name: `node-${at}`, zone, address: `198.51.100.${10 + at}`, kubelet: 'kwok' });
  }
  process.stdout.write(`${cluster.kubeconfig}\n`);
  say(`the cluster is ready: export KUBECONFIG=${cluster.kubeconfig}; Ctrl-C ends it`);
  await ended;
} finally {
  await cluster.stop();
}
