import { test } from 'tap';
import { noAnswer } from '../fakes/failures.ts';
import { ip, owner, uid, World } from '../fakes/world.ts';
import { startClaim } from './claim-run.ts';

const whatever = { signal: new AbortController().signal };

test('SIGTERM before the intent leaves everything as it was', async (t) => {
  const world = await new World().seed();
  const run = startClaim(world);
  world.script.next('ec2.findHolder', { first: () => run.interrupt() });
  await t.rejects(run.done, { code: 'FC-CLM-005' });
  t.equal(world.script.count('store.update') + world.script.count('ec2.assign'), 0);
  t.equal(world.a.lock.holders.size, 0);
});

test('SIGTERM between intent and Assign sends nothing, and leaves the record claiming to the stop container', async (t) => {
  const world = await new World().seed();
  const run = startClaim(world);
  world.script.next('files.writeClaim', { first: () => run.interrupt() });
  await t.rejects(run.done, { code: 'FC-CLM-005' });
  t.equal(world.script.count('ec2.assign'), 0);
  t.match(await world.record(), { owner: { podUid: uid(1), state: 'claiming', epoch: 1 } });
});

test('SIGTERM after the Assign undoes the claim: off the interface, released', async (t) => {
  const world = await new World().seed();
  const run = startClaim(world);
  world.script.next('ec2.assign', { first: () => run.interrupt() });
  await t.rejects(run.done, { code: 'FC-CLM-005' });
  t.equal(world.ec2.holderOf(ip), undefined);
  t.match(await world.record(), { owner: { podUid: uid(1), state: 'released', epoch: 1 } });
  t.same([...world.a.host.addresses], []);
});

test('SIGTERM after an Assign without an answer undoes the claim and never says released: the request may still arrive', async (t) => {
  const world = await new World().seed();
  const run = startClaim(world);
  world.script.next('ec2.assign', { first: () => run.interrupt(), fails: noAnswer });
  await t.rejects(run.done, { code: 'FC-CLM-005' });
  t.match(await world.record(), { owner: { state: 'releasing' } });
});

test('SIGTERM after two Assigns, the first without an answer, never says released either', async (t) => {
  const world = await new World().seed();
  const run = startClaim(world);
  world.script.next('ec2.assign', { fails: noAnswer, effect: { afterMs: 20_000 } }, { first: () => run.interrupt() });
  await t.rejects(run.done, { code: 'FC-CLM-005' });
  t.match(await world.record(), { owner: { state: 'releasing' } });
});

test('SIGTERM after the Assign with the keep policy leaves the address on the interface and off the host', async (t) => {
  const world = await new World().seed();
  const run = startClaim(world, world.a, 1, { DETACH_POLICY: 'keep' });
  world.script.next('host.attach', { effect: 'done', first: () => run.interrupt() });
  await t.rejects(run.done, { code: 'FC-CLM-005' });
  t.equal(world.ec2.holderOf(ip), 'eni-a');
  t.match(await world.record(), { owner: { state: 'released' } });
  t.same([...world.a.host.addresses], []);
});

test('SIGTERM after the Assign hands back, in place of an undo, when somebody newer is recorded', async (t) => {
  const world = await new World().seed();
  const run = startClaim(world);
  world.script.next('ec2.assign', {
    first: async () => {
      await world.overwrite({ instanceId: 'i-b', interfaceId: 'eni-b', owner: owner(2, 9, 'claiming') });
      run.interrupt();
    },
  });
  await t.rejects(run.done, { code: 'FC-CLM-005' });
  t.equal(world.ec2.holderOf(ip), 'eni-b');
  t.equal(world.script.count('ec2.unassign'), 0);
});

test('a claim out of time ends with exit code 4, names its phase, and undoes nothing: the next run goes on from the record', async (t) => {
  const world = await new World().seed();
  world.a.metadata.stale.set('02:00:00:00:00:05', ['10.0.1.5']);
  const run = startClaim(world, world.a, 1, { FIRECAMP_CLAIM_TIMEOUT: '30' });
  await t.rejects(run.done, { code: 'FC-CLM-006', exitCode: 4, message: /after 30 s.*"confirm"/ });
  t.match(await world.record(), { owner: { state: 'claiming', epoch: 1 } });
  t.equal(world.ec2.holderOf(ip), 'eni-a');
  t.equal(world.script.count('ec2.unassign'), 0);

  world.a.metadata.stale.clear();
  t.match(await startClaim(world).done, { epoch: 2, assigned: true });
  t.match(await world.record(), { owner: { state: 'owned', epoch: 2 } });
});

test('a claim whose time is over between two requests says so too, and sends no Assign', async (t) => {
  const world = await new World().seed();
  world.script.next('files.writeClaim', { takesMs: 29_999, first: () => world.clock.sleep(2, whatever) });
  const run = startClaim(world, world.a, 1, { FIRECAMP_CLAIM_TIMEOUT: '30' });
  await t.rejects(run.done, { code: 'FC-CLM-006', message: /"assign"/ });
  t.equal(world.script.count('ec2.assign'), 0);
});
