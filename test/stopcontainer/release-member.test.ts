import { test } from 'tap';
import { FirecampError, RequestFailedError } from '../../common/domain/errors.ts';
import { AddressRefusedError } from '../../common/ports/addresses.ts';
import { denied, noAnswer, throttled } from '../fakes/failures.ts';
import { createdAt, ip, memberName, owner, uid } from '../fakes/world.ts';
import { release, settledOnA, untouched } from './release-run.ts';

const noServer = new RequestFailedError('FC-K8S-001', 'no answer', { effect: 'none', transient: true });

test('gives back in order: releasing, off the host, off its own interface, released, files', async (t) => {
  const world = await settledOnA();
  t.strictSame(await release(world), { kind: 'released', ip });
  t.strictSame(
    world.script.only('store.update', 'host.detach', 'ec2.unassign', 'files.removeStaticIp', 'files.removeClaim'),
    [
      'store.update releasing 3',
      'host.detach',
      'ec2.unassign eni-a',
      'store.update released 3',
      'files.removeStaticIp',
      'files.removeClaim',
    ],
  );
  t.equal(world.ec2.holderOf(ip), undefined);
  t.same([...world.a.host.addresses], []);
  t.equal(world.a.lock.holders.size, 0);
});

for (const [what, answer] of [
  ['has a deletionTimestamp', { deletionTimestamp: '2026-11-22T05:05:00Z' }],
  ['has Succeeded', { phase: 'Succeeded' }],
  ['has Failed', { phase: 'Failed' }],
  ['has been replaced by another of its name', { uid: uid(2) }],
] as const) {
  test(`releases when its pod ${what}`, async (t) => {
    const world = await settledOnA();
    world.pods.put(memberName, world.pod(1, { phase: 'Running', ...answer }));
    t.match(await release(world), { kind: 'released' });
  });
}

test('releases when its token is refused, as that of a gone pod is', async (t) => {
  const world = await settledOnA();
  world.pods.put(memberName, 'refused');
  t.match(await release(world), { kind: 'released' });
});

test('a signal to the container alone releases nothing: its pod lives on', async (t) => {
  const world = await settledOnA();
  world.pods.put(memberName, world.pod(1, { phase: 'Running' }));
  t.match(await release(world), { kind: 'kept', why: /lives on/ });
  t.ok(untouched(world));
});

test('keeps everything and says so when it cannot be told whether the pod is over', async (t) => {
  const world = await settledOnA();
  world.script.next('pods.get', ...Array.from({ length: 100 }, () => ({ fails: noServer })));
  t.match(await release(world), { kind: 'unknown', error: { code: 'FC-K8S-001' } });
  t.ok(untouched(world));
});

test('touches nothing when the record names another pod, be it older, of the same age or newer on this node', async (t) => {
  for (const recorded of [
    owner(0, 2, 'owned'),
    { ...owner(2, 4, 'owned'), podCreatedAt: createdAt(1) },
    owner(2, 4, 'owned'),
  ]) {
    const world = await settledOnA(recorded);
    // Its own end is known with its age: deleted, not gone.
    world.pods.put(memberName, world.pod(1, { deletionTimestamp: '2026-11-22T05:05:00Z' }));
    t.match(await release(world), { kind: 'kept' });
    t.ok(untouched(world));
    t.equal(world.ec2.holderOf(ip), 'eni-a');
  }
});

test('takes the address off this host, and nothing else, when a newer pod owns it on another node', async (t) => {
  const world = await settledOnA();
  await world.overwrite({ instanceId: 'i-b', interfaceId: 'eni-b', owner: owner(2, 4, 'owned') });
  world.ec2.give('eni-b', ip);
  world.pods.put(memberName, world.pod(1, { deletionTimestamp: '2026-11-22T05:05:00Z' }));
  t.match(await release(world), { kind: 'kept', why: /a newer pod owns it/ });
  t.same([...world.a.host.addresses], []);
  t.equal(world.ec2.holderOf(ip), 'eni-b');
  t.equal(world.script.count('store.update') + world.script.count('ec2.unassign'), 0);
});

test('leaves the address to a later claim of the same pod: its epoch is not the remembered one', async (t) => {
  const world = await settledOnA(owner(1, 4, 'owned'));
  t.match(await release(world, { argv: ['-claim-epoch=3', `-claim-pod-uid=${uid(1)}`] }), { kind: 'kept' });
  t.ok(untouched(world));
});

test('the epoch that the waiting process remembers of another pod’s claim does not count', async (t) => {
  const world = await settledOnA(owner(1, 4, 'owned'));
  t.match(await release(world, { argv: ['-claim-epoch=3', `-claim-pod-uid=${uid(8)}`] }), { kind: 'released' });
});

test('releases a claim that was cut off before it was done', async (t) => {
  const world = await settledOnA(owner(1, 3, 'claiming'));
  t.match(await release(world), { kind: 'released' });
});

test('takes over a release that was cut off, under a new epoch, and never says released: an Unassign may be in flight', async (t) => {
  const world = await settledOnA(owner(1, 3, 'releasing'));
  t.match(await release(world, { argv: ['-claim-epoch=3'] }), { kind: 'incomplete', why: /may still arrive/ });
  t.match(await world.record(), { owner: { epoch: 4, state: 'releasing' } });
  t.equal(world.ec2.holderOf(ip), undefined);
  t.same([...world.a.host.addresses], []);
});

test('tidies host and files when the record says released already', async (t) => {
  const world = await settledOnA(owner(1, 3, 'released'));
  t.match(await release(world), { kind: 'released' });
  t.equal(world.script.count('store.update') + world.script.count('ec2.unassign'), 0);
  t.same([...world.a.host.addresses], []);
  t.equal(world.a.files.claim, undefined);
});

test('an Unassign without an answer leaves releasing, and is not sent again', async (t) => {
  const world = await settledOnA();
  world.script.next('ec2.unassign', { fails: noAnswer, effect: 'done' });
  t.match(await release(world), { kind: 'incomplete', error: { code: 'FC-AWS-003' } });
  t.match(await world.record(), { owner: { state: 'releasing' } });
  t.equal(world.script.count('ec2.unassign'), 1);
  t.same([...world.a.host.addresses], [], 'the host does not wait for EC2');
});

test('sends Unassign again only after an answer that nothing was done, and reads the record before', async (t) => {
  const world = await settledOnA();
  world.script.next('ec2.unassign', { fails: throttled });
  t.match(await release(world), { kind: 'released' });
  const calls = world.script.only('ec2.unassign', 'store.get.staticIp');
  t.strictSame(calls.slice(-3), ['ec2.unassign eni-a', 'store.get.staticIp', 'ec2.unassign eni-a']);
});

test('stops when somebody newer claims the address between two tries', async (t) => {
  const world = await settledOnA();
  world.script.next('ec2.unassign', {
    first: () => world.overwrite({ owner: owner(2, 4, 'claiming') }),
    fails: throttled,
  });
  t.match(await release(world), { kind: 'incomplete', why: /somebody newer/ });
  t.equal(world.script.count('ec2.unassign'), 1);
  t.match(await world.record(), { owner: { podUid: uid(2) } });
});

test('a refusal is a definite answer: that interface does not hold the address', async (t) => {
  const world = await settledOnA();
  world.script.next('ec2.unassign', { fails: new AddressRefusedError('interfaceGone', 'eni-a', ip, 'no such') });
  t.match(await release(world), { kind: 'released' });
});

test('reports a missing permission and leaves releasing', async (t) => {
  const world = await settledOnA();
  world.script.next('ec2.unassign', { fails: denied });
  t.match(await release(world), { kind: 'incomplete', error: { code: 'FC-AWS-001' } });
  t.match(await world.record(), { owner: { state: 'releasing' } });
});

test('never sends an Unassign late: it reads the record again first', async (t) => {
  const world = await settledOnA();
  world.script.next('ec2.unassign', {
    takesMs: 2500,
    first: () => world.overwrite({ owner: owner(2, 4, 'claiming') }),
  });
  t.match(await release(world), { kind: 'incomplete' });
  t.equal(world.script.count('ec2.unassign'), 0);
  t.equal(world.ec2.holderOf(ip), 'eni-a');
});

test('starts no Unassign with less grace left than its timeout', async (t) => {
  const world = await settledOnA();
  world.pods.put(memberName, world.pod(1, { deletionTimestamp: '2026-11-22T05:00:04Z' }));
  t.match(await release(world), { kind: 'incomplete', why: /too little of the grace period/ });
  t.equal(world.script.count('ec2.unassign'), 0);
  t.same([...world.a.host.addresses], []);
});

test('with the keep policy leaves the address on the interface and says released', async (t) => {
  const world = await settledOnA();
  t.match(await release(world, { env: { DETACH_POLICY: 'keep' } }), { kind: 'released' });
  t.equal(world.ec2.holderOf(ip), 'eni-a');
  t.same([...world.a.host.addresses], []);
});

test('gives way to a claim that takes the record before releasing is written', async (t) => {
  const world = await settledOnA();
  world.script.next('store.update', { first: () => world.overwrite({ owner: owner(2, 4, 'claiming') }) });
  t.match(await release(world), { kind: 'kept', why: /somebody newer/ });
  t.equal(world.script.count('host.detach') + world.script.count('ec2.unassign'), 0);
});

test('waits for a claim of the same address on this node and decides by the record that it leaves', async (t) => {
  const world = await settledOnA();
  world.a.lock.holders.set(`prod/${ip}`, { program: 'claim', pid: 1, podUid: uid(2), since: '' });
  world.clock.after(3000, () => {
    void world.overwrite({ owner: owner(2, 4, 'owned') }).then(() => world.a.lock.holders.clear());
  });
  t.match(await release(world), { kind: 'kept' });
  t.equal(world.ec2.holderOf(ip), 'eni-a');
});

test('says who holds the lock when it is not free in time', async (t) => {
  const world = await settledOnA();
  world.a.lock.holders.set(`prod/${ip}`, { program: 'claim', pid: 1, podUid: uid(2), since: '' });
  await t.rejects(release(world), { code: 'FC-CLM-007', message: /claim \(pid 1/ });
  t.ok(world.clock.monotonic() <= 20_000);
});

test('ends inside its time with exit code 4 when the record store does not answer at all', async (t) => {
  const world = await settledOnA();
  world.script.next('store.get.staticIp', { takesMs: 1_000_000 });
  await t.rejects(release(world), { code: 'FC-CLM-006', exitCode: 4, message: /longer than 20 s/ });
  t.equal(world.clock.monotonic(), 20_000);
  t.equal(world.a.lock.holders.size, 0);
});

test('the member’s record decides which address is the member’s; a file that names another is reported', async (t) => {
  const world = await settledOnA();
  world.a.files.staticIp = { kind: 'address', ip: '10.0.1.99' };
  world.a.files.claim = undefined;
  t.match(await release(world), { kind: 'released', ip });
  t.match(world.log.of('warn'), ['a file names another address than the record; the record counts']);
});

test('believes a file only when the member’s record is gone, and then as a hint to the address record', async (t) => {
  const world = await settledOnA();
  const key = { serviceUuid: (await world.record()).serviceUuid, memberName };
  const options = { signal: new AbortController().signal };
  await world.store.direct.delete('member', await world.store.direct.get('member', key, options), options);
  t.match(await release(world), { kind: 'released', ip });

  world.a.files.staticIp = { kind: 'missing' };
  world.a.files.claim = undefined;
  await t.rejects(release(world), { code: 'FC-REC-001' });
});

test('releases with files that are missing or broken, for they decide nothing', async (t) => {
  const world = await settledOnA();
  world.a.files.staticIp = { kind: 'unusable', fault: 'a symbolic link' };
  world.a.files.claim = { fault: 'not JSON' };
  t.match(await release(world), { kind: 'released' });
  t.strictSame(world.log.of('warn'), ['the claim file cannot be used', 'the static IP file cannot be used']);
});

test('a file that cannot be removed is said and does not fail the release', async (t) => {
  const world = await settledOnA();
  world.script.next('files.removeStaticIp', { fails: new FirecampError('FC-FIL-001', 'read-only file system') });
  t.match(await release(world), { kind: 'released' });
  t.equal(world.a.files.claim, undefined, 'the other one is removed');
});

test('has nothing to release for a member without a static IP', async (t) => {
  const world = await settledOnA();
  const key = { serviceUuid: (await world.record()).serviceUuid, memberName };
  const options = { signal: new AbortController().signal };
  const member = await world.store.direct.get('member', key, options);
  await world.store.direct.update('member', member, { ...member.record, staticIp: '' }, options);
  t.match(await release(world), { kind: 'kept', why: /no static IP/ });
});
