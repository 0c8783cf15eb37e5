import { test } from 'tap';
import { AddressRefusedError } from '../../common/ports/addresses.ts';
import { denied, noAnswer, throttled } from '../fakes/failures.ts';
import { ip, owner, uid, World } from '../fakes/world.ts';
import { startClaim } from './claim-run.ts';

test('sends Assign again after throttling, each time with the record read before', async (t) => {
  const world = await new World().seed();
  world.script.next('ec2.assign', { fails: throttled }, { fails: throttled });
  await startClaim(world).done;
  const calls = world.script.only('ec2.assign', 'store.get.staticIp');
  const first = calls.indexOf('ec2.assign eni-a');
  t.strictSame(calls.slice(first, first + 5), [
    'ec2.assign eni-a',
    'store.get.staticIp',
    'ec2.assign eni-a',
    'store.get.staticIp',
    'ec2.assign eni-a',
  ]);
});

test('never unassigns on the way: in between the address would be free', async (t) => {
  const world = await new World().seed({ record: { interfaceId: 'eni-b', owner: owner(0, 1, 'owned') } });
  world.ec2.give('eni-b', ip);
  world.script.next('ec2.assign', { fails: noAnswer }, { fails: noAnswer, effect: 'done' });
  await startClaim(world).done;
  t.equal(world.script.count('ec2.unassign'), 0);
  t.equal(world.ec2.holderOf(ip), 'eni-a');
});

test('sends no Assign when the record was last seen more than two seconds ago: it reads it again first', async (t) => {
  const world = await new World().seed();
  // Credentials and signing take this long, after the record was written and before the request is on the wire.
  world.script.next('ec2.assign', { takesMs: 2500 });
  await startClaim(world).done;
  t.equal(world.script.count('ec2.assign'), 1, 'the late one was never sent');
});

test('a request that would be late finds the newer claim and is not sent at all', async (t) => {
  const world = await new World().seed();
  world.script.next('ec2.assign', {
    takesMs: 2500,
    first: () => world.overwrite({ instanceId: 'i-b', interfaceId: 'eni-b', owner: owner(2, 9, 'claiming') }),
  });
  await t.rejects(startClaim(world).done, { code: 'FC-CLM-001', fields: { winnerPod: uid(2) } });
  t.equal(world.script.count('ec2.assign'), 0, 'and so there is nothing to hand back');
});

test('ends with the reason of a refusal that no waiting cures, and leaves the record claiming', async (t) => {
  const world = await new World().seed();
  world.script.next('ec2.assign', { fails: denied });
  await t.rejects(startClaim(world).done, { code: 'FC-AWS-001' });
  t.match(await world.record(), { owner: { state: 'claiming' } });
});

test('ends with the limit when the interface is full', async (t) => {
  const world = await new World().seed();
  world.ec2.limit = 1;
  await t.rejects(startClaim(world).done, { code: 'FC-ENI-004' });
});

test('ends when the interface is gone, after one try', async (t) => {
  const world = await new World().seed();
  world.script.next('ec2.assign', { first: () => world.ec2.remove('eni-a') });
  await t.rejects(startClaim(world).done, { code: 'FC-AWS-004', fields: { refusal: 'interfaceGone' } });
  t.equal(world.script.count('ec2.assign'), 1);
});

test('moves an address that another node of the cluster got after it was seen free', async (t) => {
  const world = await new World().seed();
  world.script.next('ec2.assign', { first: () => world.ec2.give('eni-b', ip) });
  t.match(await startClaim(world).done, { assigned: true });
  t.equal(world.ec2.holderOf(ip), 'eni-a');
});

test('an address seen free is not taken from a stranger, neither after no answer nor after it was seen elsewhere', async (t) => {
  const stranger = async () => {
    const world = await new World().seed();
    world.ec2.change('eni-b', { tags: {} });
    return world;
  };
  const unanswered = await stranger();
  unanswered.script.next('ec2.assign', { fails: noAnswer }, { first: () => unanswered.ec2.give('eni-b', ip) });
  await t.rejects(startClaim(unanswered).done, { code: 'FC-ENI-001', fields: { holder: 'eni-b' } });

  const elsewhere = await stranger();
  elsewhere.script.next('imds.localAddresses', { first: () => elsewhere.ec2.give('eni-b', ip) });
  await t.rejects(startClaim(elsewhere).done, { code: 'FC-ENI-001', fields: { holder: 'eni-b' } });

  for (const world of [unanswered, elsewhere]) t.equal(world.ec2.holderOf(ip), 'eni-b', 'it is still his');
});

test('an Assign that took effect without an answer is found by looking, not sent over again', async (t) => {
  const world = await new World().seed();
  world.script.next('ec2.assign', { fails: noAnswer, effect: 'done' });
  t.match(await startClaim(world).done, { assigned: true });
  t.equal(world.ec2.holderOf(ip), 'eni-a');
});

test('refuses an address that became somebody’s primary one after it was seen free', async (t) => {
  const world = await new World().seed();
  world.script.next('ec2.assign', { first: () => world.ec2.change('eni-b', { primaryIp: ip, addresses: [ip] }) });
  await t.rejects(startClaim(world).done, { code: 'FC-ENI-002', fields: { holder: 'eni-b' } });
});

test('believes a refusal that no holder explains only after some tries, for EC2’s views lag', async (t) => {
  const world = await new World().seed();
  const refusal = new AddressRefusedError('invalid', 'eni-a', ip, 'held elsewhere');
  world.script.next('ec2.assign', { fails: refusal }, { fails: refusal });
  t.match(await startClaim(world).done, { assigned: true }, 'it was cured by waiting');

  const other = await new World().seed();
  other.script.next('ec2.assign', ...Array.from({ length: 5 }, () => ({ fails: refusal })));
  await t.rejects(startClaim(other).done, { code: 'FC-AWS-004' });
});

test('an address that EC2 shows elsewhere for seconds after the Assign is assigned again', async (t) => {
  const world = await new World().seed({ record: { interfaceId: 'eni-b', owner: owner(0, 1, 'owned') } });
  world.ec2.give('eni-b', ip);
  // A paused hand-back or mend: its Assign takes effect after ours.
  world.script.next('imds.localAddresses', { first: () => world.ec2.give('eni-b', ip) });
  await startClaim(world).done;
  t.equal(
    world.script.count('ec2.assign'),
    3,
    'once, once refused since somebody has it, and once from the cluster’s own',
  );
  t.equal(world.ec2.holderOf(ip), 'eni-a');
});

test('waits until the instance metadata lists the address too, and puts it on the host only then', async (t) => {
  const world = await new World().seed();
  const mac = '02:00:00:00:00:05';
  world.a.metadata.stale.set(mac, ['10.0.1.5']);
  world.clock.after(8000, () => world.a.metadata.stale.delete(mac));
  await startClaim(world).done;
  t.equal(world.script.count('ec2.assign'), 1, 'EC2 names us: nothing is sent again');
  t.ok(world.clock.monotonic() >= 8000);
});

test('gives up with what each side says when they do not agree in a minute', async (t) => {
  const world = await new World().seed();
  world.a.metadata.stale.set('02:00:00:00:00:05', ['10.0.1.5']);
  await t.rejects(startClaim(world).done, {
    code: 'FC-CLM-006',
    message: 'EC2 lists it, the instance metadata does not list it',
  });
  t.equal(world.script.count('host.attach'), 0);
});

test('a claim loses the race at the confirmation when the record is a newer pod’s by then', async (t) => {
  const world = await new World().seed();
  world.a.metadata.stale.set('02:00:00:00:00:05', ['10.0.1.5']);
  const rival = { instanceId: 'i-b', interfaceId: 'eni-b', owner: owner(2, 9, 'claiming') };
  world.clock.after(3000, () => void world.overwrite(rival));
  await t.rejects(startClaim(world).done, { code: 'FC-CLM-001', fields: { winnerPod: uid(2) } });
  t.equal(world.ec2.holderOf(ip), 'eni-b', 'and hands the address back');
});
