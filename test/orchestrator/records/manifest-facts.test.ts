import { test } from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { readClusterNetwork } from '../../../orchestrator/network/read-cluster-network.ts';
import { clusterFacts } from '../../../orchestrator/records/manifest-facts.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';

test('knows of the cluster what the objects depend on', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await apiOnly(t);
  const world = await orchestratorWorld(t, api);
  await addFleet(api, world.account);
  const facts = async (service: string) => {
    const network = await readClusterNetwork(world.operation(), ['us-east-1a', 'us-east-1b', 'us-east-1c']);
    return await clusterFacts(world.operation(), network, service);
  };
  t.match(await facts('none'), { kubeVersion: { major: 1 }, vpcCni: 'auto', subnetLabel: undefined });

  const definition = redisIn(world.settings, { name: 'before' });
  await createService(world.operation(), definition);
  const { items } = (await api.admin('GET', '/api/v1/nodes')) as {
    items: { metadata: { name: string; labels: object } }[];
  };
  for (const [index, { metadata }] of items.entries()) {
    const path = `/api/v1/nodes/${metadata.name}`;
    const node = (await api.admin('GET', path)) as { metadata: { labels: object } };
    const labels = { ...node.metadata.labels, 'firecamp-subnet': `subnet-${index}` };
    await api.admin('PUT', path, { ...node, metadata: { ...node.metadata, labels } });
    if (index === 0) t.equal((await facts('none')).subnetLabel, undefined, 'not all nodes have it');
  }
  t.equal((await facts('none')).subnetLabel, 'firecamp-subnet');
  t.equal((await facts('before')).subnetLabel, undefined, 'its PersistentVolumes cannot be changed any more');
  await createService(world.operation(), definition);
  await createService(world.operation(), redisIn(world.settings, { name: 'after' }));
  t.equal((await facts('after')).subnetLabel, 'firecamp-subnet');

  const selector = { matchLabels: { a: 'b' } };
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'cni', image: 'cni' }] } };
  const path = '/apis/apps/v1/namespaces/kube-system/daemonsets';
  await api.admin('POST', path, { metadata: { name: 'aws-node' }, spec: { selector, template } });
  t.equal((await facts('none')).vpcCni, 'present');
});
