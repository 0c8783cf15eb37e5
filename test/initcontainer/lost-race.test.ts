import { test } from 'tap';
import { ClaimRaceLostError } from '../../common/domain/claim-errors.ts';
import type { ClaimState } from '../../common/domain/records.ts';
import { noAnswer } from '../fakes/failures.ts';
import { ip, memberName, owner, uid, World } from '../fakes/world.ts';
import { rejectionOf } from '../rejection.ts';
import { startClaim } from './claim-run.ts';

/** What a newer pod on node b has written and moved, so far. */
function takeOver(world: World, state: ClaimState) {
  return async () => {
    await world.overwrite({ instanceId: 'i-b', interfaceId: 'eni-b', owner: owner(2, 9, state) });
    world.ec2.give(state === 'released' ? undefined : 'eni-b', ip);
  };
}

test('a claim whose intent meets a newer one names the winner and touches nothing', async (t) => {
  const world = await new World().seed();
  world.script.next('store.update', { first: takeOver(world, 'claiming') });
  const error = await rejectionOf(startClaim(world).done);
  t.ok(error instanceof ClaimRaceLostError);
  t.match(error, { code: 'FC-CLM-001', winner: { owner: { podUid: uid(2), epoch: 9 } } });
  t.equal(world.script.count('ec2.assign'), 0);
  t.equal(world.ec2.holderOf(ip), 'eni-b');
  t.equal(world.a.files.claim, undefined);
});

test('a release that an older pod writes between our read and our intent is no lost race: the claim goes on from it', async (t) => {
  const world = await new World().seed({ record: { interfaceId: 'eni-b', owner: owner(0, 3, 'owned') } });
  world.ec2.give('eni-b', ip);
  world.script.next('store.update', { first: () => world.overwrite({ owner: owner(0, 3, 'releasing') }) });
  t.match(await startClaim(world).done, { epoch: 4, interfaceId: 'eni-a' });
  t.match(await world.record(), { owner: { podUid: uid(1), epoch: 4, state: 'owned' } });
});

test('of two pods that claim at the same time one wins, and record, EC2 and host agree on it', async (t) => {
  const world = await new World().seed();
  world.pods.put(memberName, world.pod(1));
  const old = rejectionOf(startClaim(world, world.a, 1).done);
  world.script.next('store.update', {
    first: () => world.pods.put(memberName, world.pod(2)),
    takesMs: 100,
  });
  await world.clock.sleep(50, { signal: new AbortController().signal });
  world.pods.put(memberName, world.pod(2));
  const young = await startClaim(world, world.b, 2).done;
  t.match(await old, { code: 'FC-CLM-001' });
  t.equal(young.interfaceId, 'eni-b');
  t.equal(world.ec2.holderOf(ip), 'eni-b');
  t.match(await world.record(), { interfaceId: 'eni-b', owner: { podUid: uid(2), state: 'owned' } });
  t.same([...world.a.host.addresses], []);
});

for (const state of ['claiming', 'owned'] as const) {
  test(`hands the address back when a newer claim that is ${state} won after our Assign, and takes it off the host`, async (t) => {
    const world = await new World().seed();
    // Ours is sent before the other's claim and takes effect after it: EC2 moves the address for whoever asks last.
    world.script.next('ec2.assign', { first: takeOver(world, state) });
    await t.rejects(startClaim(world).done, { code: 'FC-CLM-001' });
    t.strictSame(world.script.only('ec2.assign'), ['ec2.assign eni-a', 'ec2.assign eni-b']);
    t.equal(world.ec2.holderOf(ip), 'eni-b');
    t.same([...world.a.host.addresses], []);
    t.match(await world.record(), { owner: { podUid: uid(2), epoch: 9, state } }, 'the record is left alone');
  });
}

for (const state of ['releasing', 'released'] as const) {
  test(`hands nothing back to a newer owner that is ${state}`, async (t) => {
    const world = await new World().seed();
    world.script.next('ec2.assign', { first: takeOver(world, state) });
    await t.rejects(startClaim(world).done, { code: 'FC-CLM-001' });
    t.strictSame(world.script.only('ec2.assign'), ['ec2.assign eni-a']);
  });
}

test('hands back to the owner that the record names in the end when it changes during the hand-back', async (t) => {
  const world = await new World().seed();
  world.node('c', 7);
  world.script.next(
    'ec2.assign',
    { first: takeOver(world, 'owned') },
    { first: () => world.overwrite({ instanceId: 'i-c', interfaceId: 'eni-c', owner: owner(3, 10, 'claiming') }) },
  );
  await t.rejects(startClaim(world).done, { code: 'FC-CLM-001' });
  t.strictSame(world.script.only('ec2.assign'), ['ec2.assign eni-a', 'ec2.assign eni-b', 'ec2.assign eni-c']);
  t.equal(world.ec2.holderOf(ip), 'eni-c');
});

test('hands back when the race is lost only at the last write, with the address on the host already', async (t) => {
  const world = await new World().seed();
  world.script.next('store.update', {}, { first: takeOver(world, 'claiming') });
  await t.rejects(startClaim(world).done, { code: 'FC-CLM-001' });
  t.equal(world.script.count('host.attach'), 1);
  t.same([...world.a.host.addresses], []);
  t.equal(world.ec2.holderOf(ip), 'eni-b');
  t.strictSame(world.a.files.staticIp, { kind: 'missing' }, 'the member is not told of an address that it lost');
});

test('a hand-back whose answer is lost is sent again, after the record was read again', async (t) => {
  const world = await new World().seed();
  world.script.next('ec2.assign', { first: takeOver(world, 'owned') }, { fails: noAnswer });
  await t.rejects(startClaim(world).done, { code: 'FC-CLM-001' });
  t.equal(world.script.count('ec2.assign eni-b'), 2);
  t.equal(world.ec2.holderOf(ip), 'eni-b');
});

test('SIGTERM does not cut a hand-back short', async (t) => {
  const world = await new World().seed();
  const run = startClaim(world);
  world.script.next(
    'ec2.assign',
    { first: takeOver(world, 'owned') },
    { first: () => run.interrupt(), fails: noAnswer },
  );
  await t.rejects(run.done, { code: 'FC-CLM-001' });
  t.equal(world.ec2.holderOf(ip), 'eni-b');
});

test('gives up a hand-back that EC2 refuses, says so, and reports the lost race', async (t) => {
  const world = await new World().seed();
  world.script.next('ec2.assign', {
    first: () => world.overwrite({ instanceId: 'i-x', interfaceId: 'eni-gone', owner: owner(2, 9, 'owned') }),
  });
  await t.rejects(startClaim(world).done, { code: 'FC-CLM-001' });
  t.match(world.log.of('error'), ['EC2 refused to hand the address back']);
});
