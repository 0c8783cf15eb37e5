import { test } from 'tap';
import { listNodes } from '../../../orchestrator/nodes/list-nodes.ts';
import { prepareNode } from '../../../orchestrator/nodes/prepare-node.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { apiOnly } from '../world.ts';
import { instanceId, node, nodeWorld, subnetId } from './node-world.ts';

test('lists the nodes with their interfaces for members, and what keeps members away', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const kube = await apiOnly(t);
  const { operation, extra, changeNode } = await nodeWorld(t, kube);
  const common = { zone: 'us-east-1a', instanceType: 'm5.large', trouble: undefined };
  t.match(
    await listNodes(operation()),
    [
      { ...common, name: node, instanceId, interfaces: { count: 1, limit: 3 }, forMembers: [{ subnetId, free: 9 }] },
      { ...common, name: 'ip-10-0-0-11.ec2.internal' },
    ],
    'without the VPC CNI any interface will do',
  );
  await kube.admin('POST', '/apis/apps/v1/namespaces/kube-system/daemonsets', {
    metadata: { name: 'aws-node' },
    spec: {
      selector: { matchLabels: { app: 'aws-node' } },
      template: {
        metadata: { labels: { app: 'aws-node' } },
        spec: { containers: [{ name: 'aws-node', image: 'cni' }] },
      },
    },
  });
  await prepareNode(operation(), node, {});
  await changeNode('ip-10-0-0-11.ec2.internal', { spec: { unschedulable: true } });
  t.match(await listNodes(operation()), [
    { name: node, interfaces: { count: 2 }, forMembers: [{ id: extra()[0]?.id, free: 9 }], trouble: undefined },
    { forMembers: [], trouble: 'is cordoned' },
  ]);
  await changeNode('ip-10-0-0-11.ec2.internal', { spec: { unschedulable: false } });
  t.match((await listNodes(operation()))[1], { trouble: 'has no interface that the VPC CNI leaves alone' });
});
