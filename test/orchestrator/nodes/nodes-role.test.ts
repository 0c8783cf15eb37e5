import { test } from 'tap';
import { rolePolicy } from '../../../orchestrator/install/iam/role-policy.ts';
import { listNodes } from '../../../orchestrator/nodes/list-nodes.ts';
import { prepareNode } from '../../../orchestrator/nodes/prepare-node.ts';
import { removeInterface } from '../../../orchestrator/nodes/remove-interface.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { defaultPrincipal } from '../../cloud/topology.ts';
import { rejectionOf } from '../../rejection.ts';
import { fleetVpc } from '../fleet-topology.ts';
import { apiOnly } from '../world.ts';
import { instanceId, node, nodeWorld } from './node-world.ts';

const policy = rolePolicy('nodes', {
  ...{ partition: 'aws', region: 'us-east-1', account: '111122223333', cluster: 'demo', dbType: 'k8sdb' },
  ...{ domain: 'demo-firecamp.com', hostedZone: undefined, vpc: fleetVpc },
});
const arn = 'arn:aws:sts::111122223333:assumed-role/nodes/session';

test('the policy for nodes allows all that is asked for, and nothing that is not', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const kube = await apiOnly(t);
  const { operation, changeNode, cloud, extra } = await nodeWorld(t, kube, {
    changed: (topology) => ({ ...topology, principals: [{ ...defaultPrincipal, arn, policy }] }),
  });
  await prepareNode(operation(), node, {});
  await listNodes(operation());
  await changeNode(node, { spec: { unschedulable: true } });
  await removeInterface(operation(), node);
  t.strictSame(extra(), []);
  const denied = () => cloud.calls.all(({ status }) => status === 403).map(({ operation: name }) => name);
  t.strictSame(denied(), [], 'AWS refuses nothing');
  const used = new Set(cloud.calls.all().flatMap((call) => [`ec2:${call.operation}`, ...(call.implied ?? [])]));
  const listed = policy.Statement.flatMap(({ Action }) => Action);
  t.strictSame(
    listed.filter((action) => !used.has(action)),
    [],
    'there is no action that nothing uses',
  );

  // An instance of somebody else, and an interface that was not made for a node.
  cloud.ec2.instances.get(instanceId)?.tags.set('firecamp-worker', 'other');
  const foreign = await rejectionOf(prepareNode(operation(), node, {}));
  t.match(foreign, { code: 'FC-AWS-001', message: /ec2:AttachNetworkInterface/ });
  const [primary] = cloud.ec2.interfacesOf(instanceId);
  const { signal, ports } = operation();
  t.match(await rejectionOf(ports.nodeInterfaces.detach(primary?.attachment?.id ?? '', { signal })), {
    code: 'FC-AWS-001',
  });
  t.match(await rejectionOf(ports.nodeInterfaces.delete(primary?.id ?? '', { signal })), { code: 'FC-AWS-001' });
});
