import { test } from 'tap';
import { listNodes } from '../../../orchestrator/nodes/list-nodes.ts';
import { prepareNode } from '../../../orchestrator/nodes/prepare-node.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { apiOnly } from '../world.ts';
import { instanceId, node, nodeWorld, subnetId } from './node-world.ts';

test('lists the nodes with their interfaces for members, and what keeps members away', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const kube = await apiOnly(t);
  const { operation, extra, changeNode, cloud } = await nodeWorld(t, kube);
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
  const [made] = extra();
  made?.tags.set('firecamp-worker', 'other');
  const untagged = 'has no interface tagged firecamp-worker=demo, by which the members’ role may use it';
  t.match((await listNodes(operation()))[0], { forMembers: [{ id: made?.id, free: 9 }], trouble: untagged });
  made?.tags.set('firecamp-worker', 'demo');
  const instance = cloud.ec2.instances.get(instanceId);
  if (instance === undefined) throw new Error(`no instance ${instanceId}`);
  cloud.ec2.instances.set(instanceId, { ...instance, type: 'm99.large' });
  t.match(
    (await listNodes(operation()))[0],
    { interfaces: { limit: undefined }, forMembers: [{ id: made?.id, free: undefined }], trouble: undefined },
    'how much room a type has that EC2 does not know nobody can say',
  );
  cloud.ec2.instances.set(instanceId, instance);
  await changeNode('ip-10-0-0-11.ec2.internal', { spec: { unschedulable: true } });
  t.match(await listNodes(operation()), [
    { name: node, interfaces: { count: 2 }, forMembers: [{ id: extra()[0]?.id, free: 9 }], trouble: undefined },
    { forMembers: [], trouble: 'is cordoned' },
  ]);
  await changeNode('ip-10-0-0-11.ec2.internal', { spec: { unschedulable: false } });
  t.match((await listNodes(operation()))[1], { trouble: 'has no interface that the VPC CNI leaves alone' });
});
