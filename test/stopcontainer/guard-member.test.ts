import { test } from 'tap';
import { guardMember } from '../../stopcontainer/guard-member.ts';
import { ip, memberName, owner, uid, type World } from '../fakes/world.ts';
import { releaseConfig, settledOnA } from './release-run.ts';

/** As networkd leaves it: everything as claimed, and the address gone from the host. */
async function lostOnHost(recorded = owner(1, 3, 'owned')): Promise<World> {
  const world = await settledOnA(recorded);
  world.pods.put(memberName, world.pod(1));
  world.a.host.addresses.clear();
  return world;
}

const never = new AbortController().signal;
const guard = (world: World, ...argv: string[]) => guardMember(world.a.ports, releaseConfig(1, argv), never);

test('puts the address back on the host when the record still says that it is owned by this pod here', async (t) => {
  const world = await lostOnHost();
  t.equal(await guard(world, '-claim-epoch=3'), 'restored');
  t.strictSame([...world.a.host.addresses], [[ip, 'eth0']]);
  t.equal(
    world.script.count('store.update') + world.script.count('ec2.assign'),
    0,
    'EC2 and the record are not its own',
  );
  t.equal(world.a.lock.holders.size, 0);
});

test('reports the owner, and restores nothing, when the address is another pod’s, another epoch’s or on another node', async (t) => {
  const newer = await lostOnHost(owner(2, 4, 'owned'));
  await t.rejects(guard(newer), { code: 'FC-CLM-001', fields: { winnerPod: uid(2) } });

  const rerun = await lostOnHost(owner(1, 4, 'owned'));
  await t.rejects(guard(rerun, '-claim-epoch=3'), { code: 'FC-CLM-001' });

  const moved = await lostOnHost();
  await moved.overwrite({ instanceId: 'i-b', interfaceId: 'eni-b' });
  await t.rejects(guard(moved), { code: 'FC-CLM-001' });

  for (const world of [newer, rerun, moved]) t.same([...world.a.host.addresses], []);
});

for (const state of ['claiming', 'releasing', 'released'] as const) {
  test(`leaves the address off while it is ${state}`, async (t) => {
    const world = await lostOnHost(owner(1, 3, state));
    await t.rejects(guard(world), { code: 'FC-CLM-003', fields: { state } });
    t.same([...world.a.host.addresses], []);
  });
}

test('reads the record under the lock: a release that ends while it waits is seen', async (t) => {
  const world = await lostOnHost();
  world.a.lock.holders.set(`prod/${ip}`, { program: 'firecamp-stopcontainer', pid: 1, podUid: uid(1), since: '' });
  world.clock.after(5000, () => {
    void world.overwrite({ owner: owner(1, 3, 'released') }).then(() => world.a.lock.holders.clear());
  });
  await t.rejects(guard(world), { code: 'FC-CLM-003' });
  t.same([...world.a.host.addresses], []);
});

test('ends at once when the pod ends, even while it waits for the lock', async (t) => {
  const world = await lostOnHost();
  world.a.lock.holders.set(`prod/${ip}`, { program: 'firecamp-initcontainer', pid: 1, podUid: uid(1), since: '' });
  const ending = new AbortController();
  world.clock.after(100, () => ending.abort(new Error('SIGTERM')));
  await t.rejects(guardMember(world.a.ports, releaseConfig(1), ending.signal), { code: 'FC-CLM-005' });
  t.equal(world.clock.monotonic() < 1000, true, 'not at its own deadline');
});

test('says who holds the lock when it is not free in time', async (t) => {
  const world = await lostOnHost();
  world.a.lock.holders.set(`prod/${ip}`, { program: 'firecamp-initcontainer', pid: 9, podUid: uid(1), since: '' });
  await t.rejects(guard(world), { code: 'FC-CLM-007', message: /firecamp-initcontainer \(pid 9/ });
});

test('ends with exit code 4 when what it asks does not answer', async (t) => {
  const world = await lostOnHost();
  world.script.next('imds.interfaces', { takesMs: 1_000_000 });
  await t.rejects(guard(world), { code: 'FC-CLM-006', exitCode: 4 });
});
