/**
 * `npm run cluster`: a Kubernetes control plane on the loopback address, until it is ended, with nodes that kwok plays: the instances of the
 * account that `npm run cloud` simulates. Prints the path of its kubeconfig, which is removed with it.
 */
import { once } from 'node:events';
import { demoTopology } from '../../test/cloud/demo-topology.ts';
import { say } from './cache.ts';
import { startKubeCluster } from './kube-cluster.ts';

const ended = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
const cluster = await startKubeCluster();
try {
  const { instances, subnets } = demoTopology();
  for (const { id, tags, interfaces } of instances) {
    const [first] = interfaces;
    const zone = subnets.find((subnet) => subnet.id === first?.subnetId)?.zone ?? '';
    const providerId = `aws:///${zone}/${id}`;
    const address = first?.primaryIp ?? '';
    await cluster.addNode({ name: tags?.['Name'] ?? id, zone, providerId, address, kubelet: 'kwok' });
  }
  process.stdout.write(`${cluster.kubeconfig}\n`);
  say(`the cluster is ready: export KUBECONFIG=${cluster.kubeconfig}; Ctrl-C ends it`);
  await ended;
} finally {
  await cluster.stop();
}
