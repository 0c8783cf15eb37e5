import { test } from 'tap';
import { RequestFailedError } from '../../common/domain/errors.ts';
import { noManageTag } from '../../common/domain/node-interfaces.ts';
import { ip, owner, World } from '../fakes/world.ts';
import { startClaim } from './claim-run.ts';

const noServer = new RequestFailedError('FC-K8S-001', 'the API server does not answer', {
  effect: 'none',
  transient: true,
});

/** The API server answers nobody. */
function cutOff(world: World): void {
  world.script.next('pods.get', ...Array.from({ length: 100 }, () => ({ fails: noServer })));
}

test('without the API server goes on only with a record that names its own pod already', async (t) => {
  const world = await new World().seed({ record: { interfaceId: 'eni-b', owner: owner(1, 3, 'owned') } });
  world.ec2.give('eni-b', ip);
  cutOff(world);
  t.match(await startClaim(world).done, { epoch: 4 });
  t.match(await world.record(), { owner: { podCreatedAt: owner(1, 3, 'owned').podCreatedAt, state: 'owned' } });
});

for (const [whose, before] of [
  ['another pod', owner(0, 3, 'owned')],
  ['nobody', undefined],
] as const) {
  test(`without the API server refuses a record that names ${whose}, and touches nothing`, async (t) => {
    const world = await new World().seed({ record: { interfaceId: 'eni-b', owner: before } });
    cutOff(world);
    await t.rejects(startClaim(world).done, { code: 'FC-CLM-003' });
    t.equal(world.script.count('store.update') + world.script.count('ec2.assign'), 0);
  });
}

test('takes a short silence of the API server for what it is, and asks again', async (t) => {
  const world = await new World().seed();
  world.script.next('pods.get', { fails: noServer }, { fails: noServer });
  t.match(await startClaim(world).done, { epoch: 1 });
});

test('refuses a record that belongs to another service', async (t) => {
  const world = await new World().seed({ record: { serviceUuid: 'f'.repeat(32) } });
  await t.rejects(startClaim(world).done, { code: 'FC-REC-008' });
  t.equal(world.script.count('store.update'), 0);
});

test('refuses a service that belongs to another namespace', async (t) => {
  const world = await new World().seed({ attr: { namespace: 'other' } });
  await t.rejects(startClaim(world).done, { code: 'FC-REC-008', message: /belongs to namespace other/ });
});

test('an error of EC2 is never read as “nobody holds it”', async (t) => {
  const world = await new World().seed();
  const denied = new RequestFailedError('FC-AWS-001', 'ec2:DescribeNetworkInterfaces', {
    effect: 'none',
    transient: false,
  });
  world.script.next('ec2.findHolder', { fails: denied });
  await t.rejects(startClaim(world).done, { code: 'FC-AWS-001' });
  t.equal(world.script.count('store.update'), 0);
});

for (const cni of ['present', 'unknown'] as const) {
  test(`with the VPC CNI ${cni}, uses only a secondary interface that it leaves alone, with its own way back`, async (t) => {
    const world = new World();
    const node = world.node('n', 8, [{}, { tags: { [noManageTag]: 'true' } }]);
    node.host.cni = cni;
    await world.seed();
    t.match(await startClaim(world, node).done, { interfaceId: 'eni-n2' });
    t.strictSame([...node.host.addresses], [[ip, 'eth2']]);
    t.match(node.host.routes.get(ip), { linkName: 'eth2', gateway: '10.0.1.1', subnetCidr: '10.0.1.0/24' });
  });

  test(`with the VPC CNI ${cni}, refuses a node whose interfaces are all the CNI’s`, async (t) => {
    const world = await new World().seed();
    world.a.host.cni = cni;
    await t.rejects(startClaim(world).done, { code: 'FC-ENI-005' });
    t.equal(world.script.count('store.update'), 0);
  });
}

test('asks EC2 for the limit only when the interface has more addresses than every type allows', async (t) => {
  const few = await new World().seed();
  await startClaim(few).done;
  t.equal(few.script.count('ec2.addressesPerInterface'), 0);

  const many = await new World().seed();
  many.ec2.change('eni-a', { addresses: ['10.0.1.5', '10.0.1.31', '10.0.1.32', '10.0.1.33'], prefixCount: 1 });
  await startClaim(many).done;
  t.equal(many.script.count('ec2.addressesPerInterface'), 1);
});

test('refuses before the intent when the interface has no slot left, prefixes counted', async (t) => {
  const world = await new World().seed();
  world.ec2.limit = 5;
  world.ec2.change('eni-a', { addresses: ['10.0.1.5', '10.0.1.31', '10.0.1.32', '10.0.1.33'], prefixCount: 1 });
  await t.rejects(startClaim(world).done, { code: 'FC-ENI-004', fields: { used: 5, limit: 5 } });
  t.equal(world.script.count('store.update'), 0);
});

test('reads and decides only under the lock of the address, and says who holds it when it is not free in time', async (t) => {
  const world = await new World().seed();
  world.a.lock.holders.set(`prod/${ip}`, { program: 'firecamp-stopcontainer', pid: 7, podUid: 'x', since: 'long ago' });
  await t.rejects(startClaim(world).done, { code: 'FC-CLM-007', message: /firecamp-stopcontainer \(pid 7/ });
  t.equal(world.script.count('store.get.staticIp'), 0);

  world.clock.after(20_000, () => world.a.lock.holders.clear());
  t.match(await startClaim(world).done, { epoch: 1 });
});

test('takes an intent without an answer for its own when the record says so', async (t) => {
  const world = await new World().seed();
  const lost = new RequestFailedError('FC-REC-005', 'no answer', { effect: 'unknown', transient: true });
  world.script.next('store.update', { fails: lost, effect: 'done' }, { fails: lost, effect: 'done' });
  t.match(await startClaim(world).done, { epoch: 1 });
  t.strictSame(world.script.only('store.update'), ['store.update claiming 1', 'store.update owned 1']);
});

test('takes an intent that arrives only after it was read again for its own too', async (t) => {
  const world = await new World().seed();
  const lost = new RequestFailedError('FC-REC-005', 'no answer', { effect: 'unknown', transient: true });
  world.script.next('store.update', { fails: lost, effect: { afterMs: 20 } });
  t.match(await startClaim(world).done, { epoch: 1, assigned: true });
  t.match(await world.record(), { owner: { podUid: owner(1, 1, 'owned').podUid, epoch: 1, state: 'owned' } });
});
