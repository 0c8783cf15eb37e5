import t, { test } from 'tap';
import { prepareNode } from '../../../orchestrator/nodes/prepare-node.ts';
import { removeInterface } from '../../../orchestrator/nodes/remove-interface.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { samples } from '../../contract/sample-records.ts';
import { rejectionOf } from '../../rejection.ts';
import { dyingAfterWrite } from '../creation/dying-ports.ts';
import { holdAddress } from '../removal/claimed.ts';
import { apiOnly } from '../world.ts';
import { instanceId, node, nodeWorld } from './node-world.ts';

const { signal } = new AbortController();
const cordon = { spec: { unschedulable: true } };

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);

  const prepared = async (t: Parameters<typeof nodeWorld>[0], options: Parameters<typeof nodeWorld>[2] = {}) => {
    const world = await nodeWorld(t, kube, options);
    await prepareNode(world.operation(), node, {});
    const id = world.extra()[0]?.id ?? '';
    return { ...world, id, refusal: () => rejectionOf(removeInterface(world.operation(), node)) };
  };

  test('takes nothing away while a member is on the node, or could come to it', async (t) => {
    const { id, refusal, changeNode, namespace, ports, cloud, extra } = await prepared(t);
    t.match(await refusal(), { code: 'FC-NOD-006', message: /is not cordoned/ });
    await changeNode(node, cordon);
    const pod = { name: 'myredis-0', labels: { 'firecamp-servicename': 'myredis' } };
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const containers = [{ name: 'main', image: 'redis' }];
    await kube.admin('POST', path, { metadata: pod, spec: { nodeName: node, containers } });
    t.match(await refusal(), { message: `The node ${node} has pods of members: ${namespace}/myredis-0.` });
    await kube.admin('DELETE', `${path}/myredis-0?gracePeriodSeconds=0`);
    const [service, member] = [samples.service, { ...samples.member, staticIp: '10.0.8.21' }];
    await ports.store.writeAll(
      [
        { op: 'create', kind: 'service', record: { ...service, cluster: 'demo' } },
        { op: 'create', kind: 'member', record: { ...member, serviceUuid: service.serviceUuid } },
      ],
      { signal },
    );
    for (const ip of ['10.0.8.21', '10.0.8.22']) holdAddress({ cloud }, ip, id);
    t.match(await refusal(), {
      code: 'FC-NOD-006',
      message: `${id} of ${node} has addresses of members: 10.0.8.21 of ${member.memberName}; 10.0.8.22, which no record here names.`,
    });
    t.match(extra(), [{ id, attachment: { instanceId } }]);
  });

  test('detaches and deletes what was made for the node, and nothing else', async (t) => {
    const { id, operation, changeNode, cloud, extra, attached } = await prepared(t, { cloud: { attachmentMs: 300 } });
    const subnet = cloud.ec2.subnets.get(attached()[0]?.subnetId ?? '');
    const foreign = { instanceId, deviceIndex: 2, deleteOnTermination: true };
    const other = subnet && cloud.ec2.addInterface(cloud.ec2.newInterface(subnet, foreign), ['10.0.0.40']);
    await changeNode(node, cordon);
    const planned = await removeInterface(operation({ dryRun: 'client' }), node);
    t.match(planned.changes, [{ action: 'delete', kind: 'network interface', name: id }]);
    t.equal(extra().length, 2);
    t.strictSame(await removeInterface(operation(), node), planned);
    t.match(extra(), [{ id: other?.id }]);
    t.match((await removeInterface(operation(), node)).changes, [{ action: 'keep', kind: 'node', name: node }]);
  });

  test('an address that comes while it detaches is kept, and the interface with it', async (t) => {
    const { id, operation, refusal, changeNode, cloud, extra } = await prepared(t);
    await changeNode(node, cordon);
    const hold = cloud.faults.hold({ operation: 'DetachNetworkInterface' });
    const removing = refusal();
    await hold.reached;
    holdAddress({ cloud }, '10.0.8.21', id);
    hold.release();
    t.match(await removing, { code: 'FC-NOD-006', message: /10\.0\.8\.21/ });
    t.match(extra(), [{ id, attachment: undefined, addresses: [/./, '10.0.8.21'] }]);
    await prepareNode(operation(), node, {});
    t.match(extra(), [{ id, attachment: { instanceId, deleteOnTermination: true } }], 'it can be attached again');
  });

  test('cut off after any change and run again it leaves nothing, although replies are lost', async (t) => {
    const { ports, operation, changeNode, cloud, extra } = await prepared(t);
    await changeNode(node, cordon);
    cloud.faults.add({ operation: 'DetachNetworkInterface', times: 1 }, { kind: 'lose-reply' });
    const dying = dyingAfterWrite(ports);
    await t.rejects(removeInterface(operation({ ports: dying.ports }), node), { message: 'died' });
    t.match(dying.died(), /^detach/);
    t.match(extra(), [{ attachment: undefined }]);
    cloud.faults.add({ operation: 'DeleteNetworkInterface', times: 1 }, { kind: 'lose-reply' });
    await removeInterface(operation(), node);
    t.strictSame(extra(), []);
  });

  test('a node whose interface was taken away gets another one', async (t) => {
    const { id, operation, changeNode, extra } = await prepared(t);
    await changeNode(node, cordon);
    await removeInterface(operation(), node);
    // EC2 answers the first token with the interface that is gone.
    await prepareNode(operation(), node, {});
    t.match(extra(), [{ attachment: { instanceId, deviceIndex: 1 } }]);
    t.not(extra()[0]?.id, id);
  });
}
