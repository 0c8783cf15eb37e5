import { setTimeout as sleep } from 'node:timers/promises';
import { wasEverFree } from '../cloud/ec2/address-timeline.ts';
import type { Fault, FaultMatch } from '../cloud/faults.ts';
import { beginEndToEnd } from './harness/begin.ts';
import { codeOf, why } from './harness/look.ts';

const begun = await beginEndToEnd('claims under faults of AWS and of the store');
if (begun) {
  const { t, World, createService, TestPod } = begun;
  const world = await World.start();
  t.teardown(() => world[Symbol.asyncDispose]());
  const [node1, node2] = ['i-00000000000000001', 'i-00000000000000002'] as const;
  const assign: FaultMatch = { service: 'ec2', operation: 'AssignPrivateIpAddresses' };

  /** A member that lives on node 1, and its successor on node 2, not started yet. */
  async function takeover() {
    const service = await createService(world);
    const first = await TestPod.create(world, service, 0, node1);
    const claimed = await first.claim();
    if (claimed.code !== 0) throw new Error(why(claimed));
    await first.remove();
    return { service, first, second: await TestPod.create(world, service, 0, node2) };
  }

  const faults: readonly { readonly title: string; readonly match: FaultMatch; readonly fault: Fault }[] = [
    { title: 'EC2 throttles Assign for a while', match: { ...assign, times: 4 }, fault: { kind: 'throttle' } },
    { title: 'EC2 fails Assign for a while', match: { ...assign, times: 3 }, fault: { kind: 'server-error' } },
    {
      title: 'the reply of Assign is lost after its effect',
      match: { ...assign, times: 1 },
      fault: { kind: 'lose-reply' },
    },
    {
      title: 'the connection of Assign is cut before its effect',
      match: { ...assign, times: 2 },
      fault: { kind: 'cut' },
    },
    {
      title: 'Assign takes effect after the caller gave up',
      match: { ...assign, times: 1 },
      fault: { kind: 'late-effect', afterGiveUpMs: 300 },
    },
    { title: 'Assign is answered with garbage', match: { ...assign, times: 1 }, fault: { kind: 'garbage' } },
    {
      title: 'every read of EC2 is throttled for a while',
      match: { service: 'ec2', operation: /^Describe/, times: 10 },
      fault: { kind: 'throttle' },
    },
    {
      title: 'the metadata service fails for a while',
      match: { service: 'imds', times: 3 },
      fault: { kind: 'server-error', status: 503 },
    },
  ];
  for (const { title, match, fault } of faults) {
    t.test(`${title}: the claim goes on, and ends with one holder`, async (t) => {
      const { service, second } = await takeover();
      const ip = service.addresses[0] ?? '';
      const rule = world.cloud.faults.add(match, fault);
      const ended = await second.claim();
      rule.remove();
      t.equal(ended.code, 0, why(ended));
      t.ok(rule.hits > 0, 'the fault struck');
      const record = await service.record(0);
      t.match(record.owner, { podUid: second.uid, state: 'owned' });
      t.equal(world.cloud.ec2.holderOf(ip), 'eni-00000000000000002');
      t.notOk(wasEverFree(world.cloud.ec2.events, ip));
    });
  }

  t.test('views that lag are waited for: EC2’s by a second, the metadata service’s by two', async (t) => {
    const { service, second } = await takeover();
    world.cloud.ec2.visibilityDelayMs = 1000;
    world.cloud.ec2.imdsLagMs = 2000;
    // What stood still that long is visible by now; only the move itself is news.
    await sleep(2100);
    const ended = await second.claim();
    world.cloud.ec2.visibilityDelayMs = 0;
    world.cloud.ec2.imdsLagMs = 0;
    t.equal(ended.code, 0, why(ended));
    const [move] = world.cloud.ec2.events.filter((event) => event.ip === service.addresses[0]).slice(-1);
    const owned = Date.parse((await service.record(0)).owner?.changedAt ?? '');
    t.ok(owned - (move?.at ?? 0) >= 2000, 'not owned before both views show it');
  });

  /**
   * The second claim's Assign is stopped on its way, a third and newer pod's arrives before it, then the second's takes effect after all:
   * EC2 gives the address to whoever asked last, who has lost the race.
   */
  async function overtaken() {
    const { service, second } = await takeover();
    const held = world.cloud.faults.hold({ ...assign, times: 1 });
    const paused = second.start('initcontainer');
    await held.reached;
    await second.remove();
    const third = await TestPod.create(world, service, 0, node1);
    const sent = world.cloud.calls.of('ec2', 'AssignPrivateIpAddresses').length;
    const winning = third.start('initcontainer');
    while (world.cloud.calls.of('ec2', 'AssignPrivateIpAddresses').length === sent) await sleep(10);
    return { service, second, third, held, paused, winning };
  }

  t.test('a claim whose Assign arrives after a newer claim’s hands the address to the winner', async (t) => {
    const { service, second, third, held, paused, winning } = await overtaken();
    const ip = service.addresses[0] ?? '';
    held.release();
    const [lost, won] = await Promise.all([paused.ended, winning.ended]);
    held.remove();
    t.equal(lost.code, 5, why(lost));
    t.equal(codeOf(lost), 'FC-CLM-001');
    t.match(why(lost), new RegExp(third.uid), 'the loser says who won');
    t.equal(won.code, 0, why(won));
    t.equal(world.cloud.ec2.holderOf(ip), 'eni-00000000000000001', 'handed back');
    t.match((await service.record(0)).owner, { podUid: third.uid, state: 'owned' });
    t.notOk((await second.hostAddresses()).includes(ip));
    t.notOk(wasEverFree(world.cloud.ec2.events, ip));
  });

  t.test('SIGTERM does not cut a hand-back short', async (t) => {
    const { service, held, paused, winning } = await overtaken();
    const ip = service.addresses[0] ?? '';
    const slow = world.cloud.faults.add({ ...assign, times: 1 }, { kind: 'delay', beforeEffectMs: 1500 });
    held.release();
    await sleep(700);
    t.ok(slow.hits > 0, 'the hand-back is under way');
    paused.kill('SIGTERM');
    const [lost] = await Promise.all([paused.ended, winning.ended]);
    held.remove();
    slow.remove();
    t.equal(lost.code, 5, why(lost));
    t.equal(world.cloud.ec2.holderOf(ip), 'eni-00000000000000001', 'handed back');
  });

  t.test('an address that AWS gave to somebody else while it was free is not taken from him', async (t) => {
    const service = await createService(world);
    const ip = service.addresses[0] ?? '';
    const pod = await TestPod.create(world, service, 0, node1);
    const held = world.cloud.faults.hold({ ...assign, times: 1 });
    const claiming = pod.start('initcontainer');
    await held.reached;
    // Between the look and the Assign a stranger assigns it to himself.
    const stranger = world.cloud.ec2.interface('eni-00000000000000003');
    const sameSubnet = world.cloud.ec2.interface('eni-00000000000000006');
    if (!stranger || !sameSubnet) throw new Error('the topology has changed');
    world.cloud.ec2.setAddresses(sameSubnet, [...sameSubnet.addresses, ip]);
    held.release();
    const ended = await claiming.ended;
    held.remove();
    t.equal(ended.code, 5, why(ended));
    t.equal(codeOf(ended), 'FC-ENI-001');
    t.equal(world.cloud.ec2.holderOf(ip), 'eni-00000000000000006', 'it is still his');
  });

  t.test('no Assign is sent later than two seconds after the record was last seen as ours', async (t) => {
    const { service, second } = await takeover();
    const claiming = second.start('initcontainer');
    // Stopped at a random moment of the claim and let go after the record is somebody else's: whatever it was about to send, it reads first.
    await sleep(330);
    claiming.kill('SIGSTOP');
    const sentBefore = world.cloud.calls.of('ec2', 'AssignPrivateIpAddresses').length;
    await second.remove();
    const third = await TestPod.create(world, service, 0, node1);
    t.equal((await third.claim()).code, 0);
    const sentByThird = world.cloud.calls.of('ec2', 'AssignPrivateIpAddresses').length;
    await sleep(2100);
    claiming.kill('SIGCONT');
    await claiming.ended;
    t.equal(
      world.cloud.ec2.holderOf(service.addresses[0] ?? ''),
      'eni-00000000000000001',
      'the newer pod holds it in the end',
    );
    const late = world.cloud.calls.of('ec2', 'AssignPrivateIpAddresses').slice(sentByThird);
    const toLoser = late.filter((call) => call.params['NetworkInterfaceId'] === 'eni-00000000000000002');
    t.same(toLoser, [], `nothing was assigned to the loser (${sentBefore} calls before)`);
  });

  t.test('an IAM policy that misses an action is named with the action', async (t) => {
    const service = await createService(world);
    const pod = await TestPod.create(world, service, 0, node1);
    const denied = world.cloud.faults.add(assign, {
      kind: 'error',
      status: 403,
      code: 'UnauthorizedOperation',
      message: 'You are not authorized to perform this operation.',
    });
    const ended = await pod.claim();
    denied.remove();
    t.equal(codeOf(ended), 'FC-AWS-001', why(ended));
    t.match(why(ended), /ec2:AssignPrivateIpAddresses/);
  });

  t.test('the store goes away in the middle of a claim: the claim goes on when it is back', async (t) => {
    const { service, second } = await takeover();
    const held = world.cloud.faults.hold(assign, 'reply');
    const claiming = second.start('initcontainer');
    await held.reached;
    world.dynamoGate.set('closed');
    held.release();
    held.remove();
    await sleep(2000);
    world.dynamoGate.set('open');
    const ended = await claiming.ended;
    t.equal(ended.code, 0, why(ended));
    t.match((await service.record(0)).owner, { podUid: second.uid, state: 'owned' });
  });
}
