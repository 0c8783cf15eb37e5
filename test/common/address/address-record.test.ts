import { test } from 'tap';
import {
  readAddress,
  rememberInterface,
  type SeenRecord,
  withState,
  writeOwner,
} from '../../../common/address/address-record.ts';
import { RequestFailedError } from '../../../common/domain/errors.ts';
import { maxPastInterfaces } from '../../../common/domain/records.ts';
import { samples } from '../../contract/sample-records.ts';
import { ip, owner, World } from '../../fakes/world.ts';

const signal = new AbortController().signal;
const lost = new RequestFailedError('FC-REC-005', 'no answer', { effect: 'unknown', transient: true });
const busy = new RequestFailedError('FC-REC-005', 'slow down', { effect: 'none', transient: true });

async function seen(): Promise<{ world: World; current: SeenRecord }> {
  const world = await new World().seed();
  return { world, current: await readAddress(world.a.ports, ip, signal) };
}

/** The record as our claim under epoch 1 writes it. */
const ours = { ...samples.staticIp, instanceId: 'i-a', interfaceId: 'eni-a', owner: owner(1, 1, 'claiming') };

test('says when the record was seen by the moment it was asked for, not by the answer', async (t) => {
  const { world } = await seen();
  world.script.next('store.get.staticIp', { fails: busy }, { takesMs: 500 });
  const before = world.clock.monotonic();
  const { seenAt } = await readAddress(world.a.ports, ip, signal);
  t.ok(seenAt > before && seenAt <= world.clock.monotonic() - 500);
});

test('a write without an answer that did arrive is success, seen by reading again', async (t) => {
  const { world, current } = await seen();
  world.script.next('store.update', { fails: lost, effect: 'done' });
  t.match(await writeOwner(world.a.ports, current, ours, signal), { stored: { record: { owner: { epoch: 1 } } } });
  t.equal(world.script.count('store.update'), 1);
});

test('a write without an answer that did not arrive is sent again', async (t) => {
  const { world, current } = await seen();
  world.script.next('store.update', { fails: lost });
  await writeOwner(world.a.ports, current, ours, signal);
  t.equal(world.script.count('store.update'), 2);
  t.match(await world.record(), { owner: { epoch: 1 } });
});

test('a write without an answer is not sent over somebody else’s that came in between', async (t) => {
  const { world, current } = await seen();
  world.script.next('store.update', { fails: lost, first: () => world.overwrite({ owner: owner(2, 1, 'claiming') }) });
  await t.rejects(writeOwner(world.a.ports, current, ours, signal), {
    code: 'FC-REC-003',
    current: { record: { owner: { podUid: owner(2, 1, 'claiming').podUid } } },
  });
  t.equal(world.script.count('store.update'), 1);
});

test('a definite loss carries the winner and is not tried again, even when the winner is this pod in another state', async (t) => {
  const { world, current } = await seen();
  world.script.next('store.update', { first: () => world.overwrite({ owner: owner(1, 1, 'releasing') }) });
  await t.rejects(writeOwner(world.a.ports, current, ours, signal), { code: 'FC-REC-003' });
  t.equal(world.script.count('store.update'), 1);
  t.match(await world.record(), { owner: { state: 'releasing' } });
});

test('a new state keeps who owns it and since when the pod exists, and says when it was written', async (t) => {
  const next = withState(ours, ours.owner, 'owned', Date.UTC(2026, 10, 22), { phaseMillis: { assign: 5 } });
  t.strictSame(next, {
    ...ours,
    owner: { ...ours.owner, state: 'owned', changedAt: '2026-11-22T00:00:00.000Z', phaseMillis: { assign: 5 } },
  });
});

test('remembers the interfaces that a record named, newest first, each once, and not more than it keeps', async (t) => {
  const record = { ...samples.staticIp, interfaceId: 'eni-2', pastInterfaceIds: ['eni-1', 'eni-3', 'eni-2'] };
  t.strictSame(rememberInterface(record, 'eni-3'), ['eni-2', 'eni-1']);
  t.strictSame(rememberInterface({ ...record, interfaceId: '', pastInterfaceIds: [] }, 'eni-3'), []);
  const many = Array.from({ length: 20 }, (_, at) => `eni-past-${at}`);
  const kept = rememberInterface({ ...record, pastInterfaceIds: many }, 'eni-new');
  t.equal(kept.length, maxPastInterfaces);
  t.equal(kept[0], 'eni-2');
});
