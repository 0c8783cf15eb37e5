import { mkdir, rename, rm } from 'node:fs/promises';
import { lastLineOf } from './harness/look.ts';
import { beginWithMembers, nodes } from './harness/members-world.ts';
import type { Running } from './harness/pod.ts';
import { nth } from './harness/stops.ts';

const begun = await beginWithMembers('claims that meet what an earlier claim or release has left under way');
if (begun) {
  const { t, world, createService, TestPod, brisk, endMember, startMember, startStopContainer } = begun;
  const { standingOf, eventually, openWay, keepsAddress, rulesOf, leftFiles } = begun;

  /** A release that was killed with its Unassign on the way, and the pod that follows on the same node. */
  async function cutOff() {
    const service = await createService(world);
    const way = await openWay(world, nodes.plain);
    const { pod, stop } = await startMember(world, service, nodes.plain, { env: way.env });
    const unassign = way.hold({ at: 'arrival', matches: nth('ec2', 'UnassignPrivateIpAddresses') });
    await pod.markDeleted();
    stop.kill('SIGTERM');
    const late = await unassign;
    stop.kill('SIGKILL');
    await stop.ended;
    await pod.remove();
    const next = await TestPod.create(world, service, 0, nodes.plain);
    return { service, way, late, next };
  }

  /** When the Unassign of the dead release takes effect, against the claim of its successor on the same node. */
  const moments: Readonly<
    Record<string, { readonly at: 'arrival' | 'reply'; readonly operation: string; readonly number: number }>
  > = {
    'before the successor looks at EC2': { at: 'arrival', operation: 'DescribeNetworkInterfaces', number: 1 },
    'before the successor’s Assign': { at: 'arrival', operation: 'AssignPrivateIpAddresses', number: 1 },
    'after the successor’s Assign': { at: 'reply', operation: 'AssignPrivateIpAddresses', number: 1 },
    'before the successor confirms for the first time': {
      at: 'arrival',
      operation: 'DescribeNetworkInterfaces',
      number: 3,
    },
    'before the successor confirms once more': { at: 'arrival', operation: 'DescribeNetworkInterfaces', number: 4 },
  };
  for (const [moment, { at, operation, number }] of Object.entries(moments)) {
    t.test(
      `an Unassign of a killed release that takes effect ${moment} does not win`,
      { buffered: true },
      async (t) => {
        const { service, way, late, next } = await cutOff();
        await using _ = way;
        await using its = await openWay(world, nodes.plain);
        t.match(await standingOf(world, service), { owner: { state: 'releasing', epoch: 1 }, hosts: [] });
        const standing = its.hold({ at, matches: nth('ec2', operation, number) });
        const claim = next.start('initcontainer', { env: { ...brisk, ...its.env } });
        const claims = await Promise.race([standing, claim.ended]);
        if ('code' in claims) throw new Error(`it came to no ${operation}: ${claims.stderr}`);
        const before = world.cloud.ec2.events.length;
        late.goOn();
        await eventually('the late request has come', () =>
          world.cloud.calls
            .of('ec2', 'UnassignPrivateIpAddresses')
            .some((call) => call.params['PrivateIpAddress.1'] === service.addresses[0] && call.repliedAt !== undefined),
        );
        t.ok(world.cloud.ec2.events.length > before, 'and it has taken the address away');
        claims.goOn();
        const ended = await claim.ended;
        t.equal(ended.code, 0, ended.stderr);
        t.match(await standingOf(world, service), {
          owner: { podUid: next.uid, state: 'owned', epoch: 2 },
          hosts: ['node-1'],
        });
        const { holder, interfaceId } = await standingOf(world, service);
        t.equal(holder, interfaceId, 'EC2 has it where the record says');
      },
    );
  }

  t.test(
    'an Assign of a killed claim that takes effect while the next claim elsewhere settles does not win',
    { buffered: true },
    async (t) => {
      const service = await createService(world);
      await using way = await openWay(world, nodes.plain);
      const first = await TestPod.create(world, service, 0, nodes.twoInterfaces);
      t.equal((await first.claim({ env: brisk })).code, 0, 'so that the Assign of the second has to move it');
      await first.remove();
      const pod = await TestPod.create(world, service, 0, nodes.plain);
      const assign = way.hold({ at: 'arrival', matches: nth('ec2', 'AssignPrivateIpAddresses') });
      const killed = pod.start('initcontainer', { env: { ...brisk, ...way.env } });
      const late = await assign;
      killed.kill('SIGKILL');
      await killed.ended;
      await pod.remove();
      const next = await TestPod.create(world, service, 0, nodes.other);
      const claim = next.start('initcontainer', { env: brisk });
      await eventually('it has confirmed once', () => phaseEnded(claim, 'confirm'));
      late.goOn();
      await eventually('the late Assign has moved the address', async () => {
        const { holder, interfaceId } = await standingOf(world, service);
        return holder !== undefined && holder !== interfaceId;
      });
      const ended = await claim.ended;
      t.equal(ended.code, 0, ended.stderr);
      const { owner, holder, interfaceId } = await standingOf(world, service);
      t.match(owner, { podUid: next.uid, state: 'owned' });
      t.equal(holder, interfaceId, 'EC2 has it where the record says');
    },
  );

  t.test(
    'a claim that is ended with its Assign unanswered undoes it, and never calls it released',
    { buffered: true },
    async (t) => {
      const service = await createService(world);
      await using way = await openWay(world, nodes.plain);
      const pod = await TestPod.create(world, service, 0, nodes.plain);
      const stop = await startStopContainer(pod);
      const assign = way.hold({ at: 'arrival', matches: nth('ec2', 'AssignPrivateIpAddresses') });
      const claim = pod.start('initcontainer', { env: { ...brisk, ...way.env } });
      await assign;
      await pod.markDeleted();
      claim.kill('SIGTERM');
      stop.kill('SIGTERM');
      const [claimed, ended] = await Promise.all([claim.ended, stop.ended]);
      t.equal(claimed.code, 130, claimed.stderr);
      t.equal(ended.code, 3, ended.stderr);
      t.match(await standingOf(world, service), {
        owner: { podUid: pod.uid, state: 'releasing' },
        holder: undefined,
        hosts: [],
      });
      (await assign).goOn();
      await eventually(
        'the late Assign has come',
        () => world.cloud.ec2.holderOf(service.addresses[0] ?? '') !== undefined,
      );
      await pod.remove();
      const next = await TestPod.create(world, service, 0, nodes.other);
      t.equal((await next.claim({ env: brisk })).code, 0, 'and the next claim is not held up by it');
      const { owner, holder, interfaceId } = await standingOf(world, service);
      t.match(owner, { podUid: next.uid, state: 'owned' });
      t.equal(holder, interfaceId);
    },
  );

  t.test(
    'a claim that is ended while it waits for late requests leaves nothing behind',
    { buffered: true },
    async (t) => {
      const service = await createService(world);
      await using way = await openWay(world, nodes.plain);
      const pod = await TestPod.create(world, service, 0, nodes.plain);
      const assign = way.hold({ at: 'reply', matches: nth('ec2', 'AssignPrivateIpAddresses') });
      const killed = pod.start('initcontainer', { env: { ...brisk, ...way.env } });
      await assign;
      killed.kill('SIGKILL');
      await killed.ended;
      const stop = await startStopContainer(pod);
      const claim = pod.start('initcontainer', { env: brisk });
      await eventually('it has confirmed once and waits', () => phaseEnded(claim, 'confirm'));
      await pod.markDeleted();
      claim.kill('SIGTERM');
      stop.kill('SIGTERM');
      const [claimed, ended] = await Promise.all([claim.ended, stop.ended]);
      t.equal(claimed.code, 130, claimed.stderr);
      t.equal(ended.code, 0, ended.stderr);
      t.match(await standingOf(world, service), {
        owner: { state: 'released', epoch: 2 },
        holder: undefined,
        hosts: [],
      });
      t.same(await leftFiles(pod), []);
    },
  );

  /** A member whose sandbox was made anew: the same pod runs a second stop container and a second claim, and the first still lives. */
  async function anew() {
    const service = await createService(world);
    const { pod, stop: old } = await startMember(world, service, nodes.plain);
    const stop = await startStopContainer(pod);
    const claimed = await pod.claim({ env: brisk });
    if (claimed.code !== 0) throw new Error(claimed.stderr);
    await keepsAddress(pod);
    await eventually('the new stop container has its claim', () =>
      stop.log().some((line) => line['msg'] === `watching ${service.addresses[0]}, epoch 2`),
    );
    return { service, pod, old, stop, standing: await standingOf(world, service) };
  }

  for (const deleted of [false, true]) {
    const when = deleted ? 'when the pod is deleted' : 'while the pod lives';
    t.test(
      `the stop container of a former sandbox, ended ${when}, touches nothing of the new claim`,
      { buffered: true },
      async (t) => {
        const { service, pod, old, stop, standing } = await anew();
        t.match(standing, { owner: { podUid: pod.uid, state: 'owned', epoch: 2 }, hosts: ['node-1'] });
        if (deleted) await pod.markDeleted();
        old.kill('SIGTERM');
        const ended = await old.ended;
        t.equal(ended.code, 0, ended.stderr);
        t.match(lastLineOf(ended), { result: 'kept' });
        t.same(await standingOf(world, service), standing, 'record, EC2 and host');
        const last = deleted ? await endWaiting(stop) : await endMember(pod, stop);
        t.equal(last.code, 0, last.stderr);
        t.match(await standingOf(world, service), {
          owner: { state: 'released', epoch: 2 },
          holder: undefined,
          hosts: [],
        });
      },
    );
  }

  t.test(
    'the same pod on a node that was restarted claims again without moving anything',
    { buffered: true },
    async (t) => {
      const service = await createService(world);
      const { pod, stop } = await startMember(world, service, nodes.twoInterfaces);
      const before = await standingOf(world, service, [pod.node]);
      // A restart takes processes, the memory volume and whatever was configured on links by hand.
      stop.kill('SIGKILL');
      await stop.ended;
      await rm(pod.runDir, { recursive: true });
      await mkdir(pod.runDir);
      const ip = (...args: string[]) =>
        world.fabric.run(pod.node, ['ip', '-4', ...args], { PATH: process.env['PATH'] });
      await ip('address', 'flush', 'to', `${service.addresses[0]}/32`);
      await ip('rule', 'del', 'from', service.addresses[0] ?? '');
      const assigns = () =>
        world.cloud.calls
          .of('ec2', 'AssignPrivateIpAddresses')
          .filter((call) => call.params['PrivateIpAddress.1'] === service.addresses[0]).length;
      const sent = assigns();
      t.equal(sent, 1);
      const again = await startStopContainer(pod);
      t.equal((await pod.claim({ env: brisk })).code, 0);
      await keepsAddress(pod);
      t.equal(assigns(), sent, 'EC2 had it right');
      t.match(await standingOf(world, service, [pod.node]), { ...before, owner: { epoch: 2, state: 'owned' } });
      t.equal((await rulesOf(world, service, pod.node)).length, 1, 'its routing is back');
      t.equal((await endMember(pod, again)).code, 0);
      t.match(await standingOf(world, service, [pod.node]), { owner: { state: 'released', epoch: 2 }, hosts: [] });
    },
  );

  t.test('a stop container whose run directory is gone knows its claim all the same', { buffered: true }, async (t) => {
    const service = await createService(world);
    const { pod, stop } = await startMember(world, service, nodes.plain);
    await rename(pod.runDir, `${pod.runDir}-gone`);
    t.equal((await endMember(pod, stop)).code, 0);
    t.match(await standingOf(world, service), { owner: { state: 'released', epoch: 1 }, holder: undefined, hosts: [] });
  });
}

function endWaiting(stop: Running) {
  stop.kill('SIGTERM');
  return stop.ended;
}

function phaseEnded(claim: Running, phase: string): boolean {
  return claim.log().some((line) => line['phase'] === phase);
}
