import { test } from 'tap';
import { createdAt, ip, memberName, owner, uid, World } from '../fakes/world.ts';
import { startClaim } from './claim-run.ts';

test('moves the address from the interface of its former node to this one, and settles record, host, claim file and static IP file', async (t) => {
  const world = await new World().seed({
    record: { instanceId: 'i-b', interfaceId: 'eni-b', owner: owner(0, 4, 'owned') },
  });
  world.ec2.give('eni-b', ip);
  const result = await startClaim(world).done;
  t.match(result, { ip, interfaceId: 'eni-a', epoch: 5, assigned: true, name: 'resolved' });
  t.equal(world.ec2.holderOf(ip), 'eni-a');
  t.match(await world.record(), {
    instanceId: 'i-a',
    interfaceId: 'eni-a',
    pastInterfaceIds: ['eni-b'],
    owner: { podUid: uid(1), podCreatedAt: createdAt(1), epoch: 5, state: 'owned' },
  });
  t.strictSame([...world.a.host.addresses], [[ip, 'eth0']]);
  t.match(world.a.files.claim, { address: ip, epoch: 5, interfaceId: 'eni-a', podUid: uid(1) });
  t.strictSame(world.a.files.staticIp, { kind: 'address', ip });
  t.equal(world.a.lock.holders.size, 0, 'the lock is free again');
  t.strictSame(
    world.script.only('store.update', 'ec2.assign', 'host.attach', 'files.writeClaim', 'files.writeStaticIp'),
    [
      'store.update claiming 5',
      'files.writeClaim epoch 5',
      'ec2.assign eni-a',
      'host.attach eth0',
      'store.update owned 5',
      `files.writeStaticIp ${ip}`,
    ],
  );
});

test('sends no Assign when the record was owned by this very pod here and EC2 agrees, but takes a new epoch', async (t) => {
  const world = await new World().seed({
    record: { instanceId: 'i-a', interfaceId: 'eni-a', owner: owner(1, 3, 'owned') },
  });
  world.ec2.give('eni-a', ip);
  t.match(await startClaim(world).done, { epoch: 4, assigned: false });
  t.equal(world.script.count('ec2.assign'), 0);
});

for (const state of ['claiming', 'releasing'] as const) {
  test(`assigns even what it holds and confirms again when the record was ${state}, for a request may be in flight`, async (t) => {
    const world = await new World().seed({
      record: { instanceId: 'i-a', interfaceId: 'eni-a', owner: owner(1, 3, state) },
    });
    world.ec2.give('eni-a', ip);
    // The Unassign of the run before takes effect after the first confirmation.
    world.clock.after(2000, () => world.ec2.give(undefined, ip));
    t.match(await startClaim(world).done, { epoch: 4, assigned: true });
    t.equal(world.script.count('ec2.assign'), 2);
    t.equal(world.ec2.holderOf(ip), 'eni-a');
  });
}

test('a claim by an older pod is refused as superseded and touches nothing', async (t) => {
  const world = await new World().seed({
    record: { instanceId: 'i-b', interfaceId: 'eni-b', owner: owner(2, 4, 'owned') },
  });
  world.ec2.give('eni-b', ip);
  // The node cannot know: the API server still shows it its own pod.
  await t.rejects(startClaim(world).done, { code: 'FC-CLM-002', fields: { winnerPod: uid(2), winnerEpoch: 4 } });
  t.equal(world.script.count('store.update') + world.script.count('ec2.assign'), 0);
  t.equal(world.ec2.holderOf(ip), 'eni-b');
  t.same([...world.a.host.addresses], []);
});

test('reads its pod again after the record when both pods are of one second, and gives way when it is gone', async (t) => {
  const world = await new World().seed({
    record: { instanceId: 'i-b', owner: { ...owner(2, 4, 'owned'), podCreatedAt: createdAt(1) } },
  });
  world.script.next('pods.get', {}, { first: () => world.pods.put(memberName, world.pod(2)) });
  await t.rejects(startClaim(world).done, { code: 'FC-CLM-004' });
  t.equal(world.script.count('store.update'), 0);
  world.pods.put(memberName, world.pod(1));
  t.match(await startClaim(world).done, { epoch: 5 }, 'the one that Kubernetes still has goes on');
});

for (const [what, change] of [
  ['is being deleted', { deletionTimestamp: '2026-11-22T05:01:00Z' }],
  ['has ended', { phase: 'Failed' }],
  ['has another UID', { uid: uid(9) }],
] as const) {
  test(`does not claim for a pod that ${what}`, async (t) => {
    const world = await new World().seed();
    world.pods.put(memberName, world.pod(1, change));
    await t.rejects(startClaim(world).done, { code: 'FC-CLM-004' });
    t.equal(world.script.count('store.update') + world.script.count('ec2.assign'), 0);
  });
}

test('never takes the address from an interface of no known cluster', async (t) => {
  const world = await new World().seed();
  world.ec2.change('eni-b', { tags: {}, addresses: ['10.0.1.6', ip] });
  await t.rejects(startClaim(world).done, { code: 'FC-ENI-001', fields: { holder: 'eni-b' } });
  t.equal(world.script.count('store.update') + world.script.count('ec2.assign'), 0);
});

test('finds the stranger who took the address after it was seen free: it does not reassign what it believes free', async (t) => {
  const world = await new World().seed();
  world.ec2.change('eni-b', { tags: {} });
  world.script.next('ec2.assign', { first: () => world.ec2.give('eni-b', ip) });
  await t.rejects(startClaim(world).done, { code: 'FC-ENI-001', fields: { holder: 'eni-b' } });
  t.equal(world.ec2.holderOf(ip), 'eni-b');
});
