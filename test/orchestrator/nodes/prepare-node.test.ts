import t, { test } from 'tap';
import { chooseInterface, type NodeInterface } from '../../../common/domain/node-interfaces.ts';
import { prepareNode } from '../../../orchestrator/nodes/prepare-node.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { dyingAfterWrite } from '../creation/dying-ports.ts';
import { apiOnly } from '../world.ts';
import { instanceId, node, nodeWorld, subnetId } from './node-world.ts';

/** Requests that change something of interfaces. */
const changing = /^(Create|Attach|Detach|Delete|Modify)NetworkInterface/;

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);

  test('makes, tags and attaches one interface, and finds it again', async (t) => {
    const world = await nodeWorld(t, kube);
    const planned = await prepareNode(world.operation({ dryRun: 'client' }), node, {});
    t.match(planned.changes, [{ action: 'create', kind: 'network interface', name: node }]);
    t.equal(world.attached().length, 1, 'a dry run makes nothing');
    const { changes } = await prepareNode(world.operation(), node, {});
    const [, made, ...more] = world.attached();
    t.strictSame(more, []);
    t.match(changes, [{ action: 'create', kind: 'network interface', name: made?.id }]);
    t.match(made, {
      subnetId,
      groups: ['sg-0nodes', 'sg-0more'],
      sourceDestCheck: true,
      attachment: { instanceId, deviceIndex: 1, deleteOnTermination: true },
    });
    t.strictSame(Object.fromEntries(made?.tags ?? []), {
      'node.k8s.amazonaws.com/no_manage': 'true',
      'firecamp-worker': 'demo',
      'firecamp-cluster': 'demo',
      'firecamp-node': instanceId,
      Name: `firecamp demo members of ${instanceId}`,
    });
    t.equal(world.cloud.calls.of('ec2', 'CreateTags').length, 0, 'the tags are there from its first moment');
    const onNode = world.attached().map((one): NodeInterface => {
      const deviceNumber = one.attachment?.deviceIndex ?? -1;
      return {
        ...one,
        linkName: `ens${5 + deviceNumber}`,
        deviceNumber,
        subnetCidr: '10.0.0.0/20',
        prefixCount: 0,
        tags: Object.fromEntries(one.tags),
      };
    });
    const wish = { ip: '10.0.8.21', cluster: 'demo', instanceId, vpcCniPossible: true };
    t.equal(chooseInterface(onNode, wish).id, made?.id, 'a claim takes it although the VPC CNI runs');
    const sent = world.cloud.calls.all(({ operation }) => changing.test(operation)).length;
    for (const name of [node, instanceId]) {
      const again = await prepareNode(world.operation(), name, {});
      t.match(again.changes, [{ action: 'keep', name: made?.id, detail: `device 1 of ${instanceId} in ${subnetId}` }]);
    }
    t.equal(world.cloud.calls.all(({ operation }) => changing.test(operation)).length, sent);
    world.cloud.ec2.killInstance(instanceId);
    t.strictSame(world.extra(), [], 'it goes with the instance');
  });

  test('cut off after any change and run again it leaves one interface, also while EC2 does not show it yet', async (t) => {
    const world = await nodeWorld(t, kube, { cloud: { visibilityDelayMs: 500 } });
    for (const [number, call] of ['create', 'attach', 'deleteOnTermination'].entries()) {
      const dying = dyingAfterWrite(world.ports, number + 1);
      await t.rejects(prepareNode(world.operation({ ports: dying.ports }), node, {}), { message: 'died' }, call);
      t.match(dying.died(), new RegExp(`^${call}`));
      await prepareNode(world.operation(), node, {});
      t.match(world.extra(), [{ attachment: { instanceId, deviceIndex: 1, deleteOnTermination: true } }]);
      t.equal(world.extra().length, 1);
      t.equal(world.cloud.calls.of('ec2', 'DeleteNetworkInterface').length, 0, 'no second one was made meanwhile');
      for (const one of world.extra()) world.cloud.ec2.removeInterface(one);
      world.cloud.ec2.interfaceTokens.clear();
    }
  });

  test('lost replies, throttling and a view that lags make neither a second interface nor a failure', async (t) => {
    const world = await nodeWorld(t, kube, { cloud: { visibilityDelayMs: 400, attachmentMs: 300 } });
    const operations = ['CreateNetworkInterface', 'AttachNetworkInterface', 'ModifyNetworkInterfaceAttribute'];
    for (const operation of operations) {
      world.cloud.faults.add({ operation, times: 1 }, { kind: 'throttle' });
      world.cloud.faults.add({ operation, times: 1 }, { kind: 'lose-reply' });
    }
    await prepareNode(world.operation(), node, {});
    t.match(world.extra(), [{ attachment: { instanceId, deviceIndex: 1, deleteOnTermination: true } }]);
    t.equal(world.extra().length, 1);
  });

  test('keeps an interface that a launch template made, and says what it lacks', async (t) => {
    const id = 'eni-0000000000000beef';
    const second = {
      ...{ id, mac: '02:00:00:00:be:ef', subnetId, primaryIp: '10.0.0.40', deviceIndex: 1 },
      tags: { 'node.k8s.amazonaws.com/no_manage': 'true' },
    };
    const world = await nodeWorld(t, kube, {
      changed: (topology) => ({
        ...topology,
        instances: topology.instances.map((one) => {
          return one.id === instanceId ? { ...one, interfaces: [...one.interfaces, second] } : one;
        }),
      }),
    });
    const { changes } = await prepareNode(world.operation(), node, {});
    t.match(changes, [
      { action: 'keep', name: id, detail: /made by a launch template.*lacks the tag firecamp-worker=demo/ },
    ]);
  });

  test('takes the next free device, and another place when the VPC CNI was faster', async (t) => {
    const world = await nodeWorld(t, kube);
    const { ec2 } = world.cloud;
    const subnet = ec2.subnets.get(subnetId);
    const hold = world.cloud.faults.hold({ operation: 'AttachNetworkInterface' });
    const preparing = prepareNode(world.operation(), node, {});
    await hold.reached;
    if (subnet)
      ec2.addInterface(ec2.newInterface(subnet, { instanceId, deviceIndex: 1, deleteOnTermination: true }), [
        '10.0.0.40',
      ]);
    hold.release();
    await preparing;
    t.match(world.attached()[2], { tags: new Map([['firecamp-node', instanceId]]), attachment: { deviceIndex: 2 } });
  });

  test('an instance that is full is refused with the remedy, and no interface is left over', async (t) => {
    const world = await nodeWorld(t, kube);
    const { ec2 } = world.cloud;
    const subnet = ec2.subnets.get(subnetId);
    const cni = (deviceIndex: number) =>
      subnet &&
      ec2.addInterface(ec2.newInterface(subnet, { instanceId, deviceIndex, deleteOnTermination: true }), [
        `10.0.0.4${deviceIndex}`,
      ]);
    cni(1);
    const hold = world.cloud.faults.hold({ operation: 'AttachNetworkInterface' });
    const late = rejectionOf(prepareNode(world.operation(), node, {}));
    await hold.reached;
    // At another device, so that it is the number of interfaces that EC2 refuses.
    cni(3);
    hold.release();
    t.match(await late, { code: 'FC-NOD-004', remedy: /MAX_ENI/ });
    t.equal(world.extra().length, 2, 'what could not be attached is deleted');
    const full = { code: 'FC-NOD-004', message: /\(m5\.large\) has 3 interfaces, and can have no more/ };
    t.match(await rejectionOf(prepareNode(world.operation(), node, {})), full);
    t.match(await rejectionOf(prepareNode(world.operation({ dryRun: 'client' }), node, {})), full);
    t.equal(world.extra().length, 2);
  });

  test('an instance that became full keeps an interface with a member’s address, also a detached one', async (t) => {
    const world = await nodeWorld(t, kube);
    const { ec2 } = world.cloud;
    await prepareNode(world.operation(), node, {});
    const [ours] = world.extra();
    const subnet = ec2.subnets.get(subnetId);
    if (ours === undefined || subnet === undefined) throw new Error('nothing was prepared');
    ec2.setAddresses(ours, [...ours.addresses, '10.0.8.21']);
    ec2.setAttachment(ours, undefined);
    const hold = world.cloud.faults.hold({ operation: 'AttachNetworkInterface' });
    const late = rejectionOf(prepareNode(world.operation(), node, {}));
    await hold.reached;
    for (const deviceIndex of [2, 3]) {
      const one = ec2.newInterface(subnet, { instanceId, deviceIndex, deleteOnTermination: true });
      ec2.addInterface(one, [`10.0.0.4${deviceIndex}`]);
    }
    hold.release();
    t.match(await late, { code: 'FC-NOD-004', remedy: /MAX_ENI/ });
    const kept = world.extra().find(({ id }) => id === ours.id);
    t.match(kept, { attachment: undefined });
    t.equal(kept?.addresses.includes('10.0.8.21'), true, 'and with it the address');
  });

  test('an attachment whose reply was lost is found, also where EC2 then says that the instance is full', async (t) => {
    const world = await nodeWorld(t, kube, { cloud: { visibilityDelayMs: 400 } });
    const { ec2, faults } = world.cloud;
    const subnet = ec2.subnets.get(subnetId);
    const cni = subnet && ec2.newInterface(subnet, { instanceId, deviceIndex: 1, deleteOnTermination: true });
    if (cni) ec2.addInterface(cni, ['10.0.0.40']);
    const operation = 'AttachNetworkInterface';
    faults.add({ operation, times: 1 }, { kind: 'lose-reply' });
    // Which of an instance's number of interfaces and the interface's own state EC2 looks at first is not published.
    const message = 'Interface count 4 exceeds the limit for m5.large';
    faults.add(
      { operation, skip: 1, times: 1 },
      { kind: 'error', status: 400, code: 'AttachmentLimitExceeded', message },
    );
    const { changes } = await prepareNode(world.operation(), node, {});
    const [, , made] = world.attached();
    t.match(changes, [{ action: 'create', name: made?.id }]);
    t.match(made, { attachment: { instanceId, deviceIndex: 2, deleteOnTermination: true } });
    t.equal(world.extra().length, 2);
  });

  test('names a node that cannot be prepared, and changes nothing', async (t) => {
    const world = await nodeWorld(t, kube);
    const refusal = async (name: string, request = {}) => rejectionOf(prepareNode(world.operation(), name, request));
    t.match(await refusal('ip-10-9-9-9'), { code: 'FC-NOD-001', message: 'The cluster has no node ip-10-9-9-9.' });
    t.match(await refusal('i-0123'), { code: 'FC-NOD-003', message: 'The instance i-0123 is not known to EC2.' });
    t.match(await refusal(node, { subnetId: 'subnet-0other' }), {
      code: 'FC-NOD-005',
      message: `${node} is in us-east-1a, and subnet-0other is no subnet of its VPC (${subnetId}).`,
    });
    await world.changeNode(node, { labels: { 'eks.amazonaws.com/compute-type': 'auto' } });
    t.match(await refusal(node), { code: 'FC-NOD-002', message: /run by EKS Auto Mode/ });
    await world.kube.admin('POST', '/api/v1/nodes', {
      metadata: { name: 'fargate-1' },
      spec: { providerID: 'aws:///us-east-1a/0af3/fargate-ip-10-0-0-9' },
    });
    t.match(await refusal('fargate-1'), { code: 'FC-NOD-002', message: /is no EC2 instance: its providerID is aws:/ });
    world.cloud.ec2.killInstance(instanceId);
    t.match(await refusal(instanceId), { code: 'FC-NOD-002' }, 'by its id it is the node, too');
    await world.kube.admin('DELETE', `/api/v1/nodes/${node}`);
    t.match(await refusal(instanceId), { code: 'FC-NOD-003', message: /is terminated/ });
    t.strictSame(world.extra(), []);
  });

  test('without a range in the node’s zone a subnet has to be named', async (t) => {
    const world = await nodeWorld(t, kube, { reservationTags: undefined });
    t.match(await rejectionOf(prepareNode(world.operation(), node, {})), {
      code: 'FC-NOD-005',
      message: `No subnet of us-east-1a, the zone of ${node}, has a range of this cluster (${subnetId}).`,
    });
    await prepareNode(world.operation(), node, { subnetId, securityGroups: ['sg-0more'] });
    t.match(world.extra(), [{ subnetId, groups: ['sg-0more'], attachment: { deviceIndex: 1 } }]);
  });
}
