import { type Test, test } from 'tap';
import { preparedMark, preparedTags } from '../../../common/domain/prepared-interface.ts';
import { rejectionOf } from '../../rejection.ts';
import { node1 as ownNode } from './aws-rig.ts';
import { orchestratorRig } from './orchestrator-rig.ts';

const node1 = ownNode.instanceId;
const made = { cluster: 'de*mo', instanceId: node1 };

async function rig(t: Test) {
  const { cloud, aws, live } = await orchestratorRig(t);
  const wanted = {
    subnetId: cloud.ec2.interfacesOf(node1)[0]?.subnetId ?? '',
    securityGroups: [...(cloud.ec2.interfacesOf(node1)[0]?.groups ?? [])],
    description: 'members',
    tags: preparedTags(made),
  };
  const create = (clientToken = 'one') => aws.nodeInterfaces.create({ ...wanted, clientToken }, live);
  return { cloud, interfaces: aws.nodeInterfaces, live, wanted, create };
}

test('finds what was made by its tags, and by its instance once it is attached', async (t) => {
  const { interfaces, live, wanted, create } = await rig(t);
  const id = await create();
  t.equal(await create(), id);
  const [found, ...more] = await interfaces.withTags(preparedMark(made), live);
  t.match(found, { id, attachment: undefined, securityGroups: wanted.securityGroups, tags: wanted.tags });
  t.equal(more.length, 0);
  t.strictSame(await interfaces.withTags(preparedMark({ ...made, cluster: 'de-mo' }), live), [], 'a * is no wildcard');
  await interfaces.attach(id, node1, 1, live);
  const all = await interfaces.attachedTo([node1, 'i-00000000000000002'], live);
  const attached = all.find((one) => one.id === id)?.attachment;
  t.match(attached, {
    instanceId: node1,
    deviceIndex: 1,
    networkCard: 0,
    status: 'attached',
    deleteOnTermination: false,
  });
  t.equal(await interfaces.deleteOnTermination(id, attached?.id ?? '', live), 'done');
  t.match(await interfaces.withTags(preparedMark(made), live), [{ attachment: { deleteOnTermination: true } }]);
  t.equal(await interfaces.delete(id, live), 'inUse');
  t.equal(await interfaces.detach(attached?.id ?? '', live), 'done');
  t.equal(await interfaces.detach(attached?.id ?? '', live), 'gone');
  t.equal(await interfaces.deleteOnTermination(id, attached?.id ?? '', live), 'gone');
  t.equal(await interfaces.delete(id, live), 'done');
  t.equal(await interfaces.delete(id, live), 'gone');
});

test('tells a full instance from a place that is taken, and from what is not there', async (t) => {
  const { cloud, interfaces, live, create } = await rig(t);
  const limit = (await interfaces.limits(['m5.large', 'x9.none'], live)).get('m5.large');
  t.strictSame(limit, { interfaces: 3, addresses: 10 });
  const ids = [await create('one'), await create('two'), await create('three')];
  const attach = (id = '', index = 1) => rejectionOf(interfaces.attach(id, node1, index, live));
  t.equal(await attach(ids[0]), undefined);
  t.match(await attach(ids[1], 1), { code: 'FC-AWS-004', refusal: 'conflict', message: /device index '1'/ });
  t.match(await attach(ids[0], 2), { refusal: 'conflict', message: /in use/ });
  t.match(await attach('eni-0none', 2), { refusal: 'conflict', message: /does not exist/ });
  await attach(ids[1], 2);
  t.match(await attach(ids[2], 3), { code: 'FC-NOD-004', refusal: 'full' });
  cloud.ec2.killInstance(node1);
  t.match(await attach(ids[2], 1), { code: 'FC-AWS-004', message: /is not running/ });
});

test('does not take a reply that says nothing for done', async (t) => {
  const { cloud, interfaces, live, create } = await rig(t);
  const id = await create();
  cloud.faults.add({ operation: 'CreateNetworkInterface', times: 1 }, { kind: 'garbage' });
  t.match(await rejectionOf(create('two')), { code: 'FC-AWS-006', effect: 'unknown' });
  cloud.faults.add({ operation: 'DeleteNetworkInterface', times: 1 }, { kind: 'garbage' });
  t.match(await rejectionOf(interfaces.delete(id, live)), { code: 'FC-AWS-006', effect: 'unknown' });
});
