import { setTimeout as sleep } from 'node:timers/promises';
import { lastLineOf } from './harness/look.ts';
import { beginWithMembers, nodes } from './harness/members-world.ts';

const begun = await beginWithMembers('ends of a stop container, and what is left');
if (begun) {
  const { t, world, createService, TestPod, brisk, endMember, startMember, startStopContainer, keepsAddress } = begun;
  const { standingOf, addressOn, rulesOf, leftFiles, eventually, setPhase, lastWords, unassigns } = begun;

  for (const [kind, instanceId] of Object.entries(nodes)) {
    t.test(`a deleted pod leaves nothing behind on a node of kind "${kind}"`, { buffered: true }, async (t) => {
      const service = await createService(world);
      const { pod, stop } = await startMember(world, service, instanceId);
      t.match(await standingOf(world, service, [pod.node]), { owner: { state: 'owned' }, hosts: [pod.node] });
      const second = kind === 'twoInterfaces' || kind === 'cni';
      t.equal((await rulesOf(world, service, pod.node)).length, second ? 1 : 0);
      const ended = await endMember(pod, stop);
      t.equal(ended.code, 0, ended.stderr);
      t.match(await standingOf(world, service, [pod.node]), {
        owner: { state: 'released', epoch: 1, podUid: pod.uid },
        holder: undefined,
        hosts: [],
      });
      t.same(await rulesOf(world, service, pod.node), [], 'no rule is left');
      t.same(await leftFiles(pod), [], 'no file is left');
    });
  }

  t.test('a released address is claimed again elsewhere at once', { buffered: true }, async (t) => {
    const service = await createService(world);
    const { pod, stop } = await startMember(world, service, nodes.plain);
    t.equal((await endMember(pod, stop)).code, 0);
    await pod.remove();
    const next = await TestPod.create(world, service, 0, nodes.other);
    const claimed = await next.claim();
    t.equal(claimed.code, 0, claimed.stderr);
    t.notOk(
      claimed.log.some((line) => line['phase'] === 'settle'),
      'a definite release leaves nothing to wait for',
    );
    t.match(await standingOf(world, service), { owner: { state: 'owned', epoch: 2 }, hosts: ['node-2'] });
  });

  t.test(
    'the policy "keep" leaves the address on its interface and takes it off the host',
    { buffered: true },
    async (t) => {
      const service = await createService(world);
      const env = { DETACH_POLICY: 'keep' };
      const { pod, stop } = await startMember(world, service, nodes.plain, { env });
      const { holder } = await standingOf(world, service);
      t.equal((await endMember(pod, stop)).code, 0);
      t.match(await standingOf(world, service), { owner: { state: 'released' }, holder, hosts: [] });
      t.ok(holder);
      t.equal(unassigns(world, service).length, 0);
      await pod.remove();
      const next = await TestPod.create(world, service, 0, nodes.other);
      t.equal((await next.claim()).code, 0, 'the next claim moves it');
      t.match(await standingOf(world, service), { owner: { state: 'owned' }, hosts: ['node-2'] });
    },
  );

  t.test(
    '"--once" in a preStop hook releases, and the waiting container then finds nothing to do',
    { buffered: true },
    async (t) => {
      const service = await createService(world);
      const { pod, stop } = await startMember(world, service, nodes.plain);
      await pod.markDeleted();
      const hook = await pod.start('stopcontainer', { args: ['--once'] }).ended;
      t.equal(hook.code, 0, hook.stderr);
      t.match(await standingOf(world, service), { owner: { state: 'released' }, holder: undefined, hosts: [] });
      stop.kill('SIGTERM');
      const ended = await stop.ended;
      t.equal(ended.code, 0, ended.stderr);
      t.match(await standingOf(world, service), {
        owner: { state: 'released', epoch: 1 },
        holder: undefined,
        hosts: [],
      });
    },
  );

  t.test(
    'with too short a grace period nothing is sent to EC2 any more, and the next claim works',
    { buffered: true },
    async (t) => {
      const service = await createService(world);
      const { pod, stop } = await startMember(world, service, nodes.plain);
      const { holder } = await standingOf(world, service);
      const ended = await endMember(pod, stop, 2);
      t.equal(ended.code, 3, ended.stderr);
      t.match(lastLineOf(ended), { code: 'FC-REL-001', level: 'error' });
      t.match(await lastWords(pod), /FC-REL-001 .*grace period/);
      t.match(await standingOf(world, service), { owner: { state: 'releasing', epoch: 1 }, holder, hosts: [] });
      t.equal(unassigns(world, service).length, 0);
      await pod.remove();
      const next = await TestPod.create(world, service, 0, nodes.other);
      t.equal((await next.claim()).code, 0);
      t.match(await standingOf(world, service), { owner: { state: 'owned', epoch: 2 }, hosts: ['node-2'] });
    },
  );

  t.test(
    'SIGTERM under a living pod releases nothing, and the next run goes on where this one stopped',
    { buffered: true },
    async (t) => {
      const service = await createService(world);
      const { pod, stop } = await startMember(world, service, nodes.plain);
      const before = await standingOf(world, service);
      stop.kill('SIGTERM');
      const ended = await stop.ended;
      t.equal(ended.code, 0, ended.stderr);
      t.match(await lastWords(pod), /Nothing was released: the pod lives on/);
      t.same(await standingOf(world, service), before, 'record, EC2 and host are as they were');
      const again = await startStopContainer(pod);
      await keepsAddress(pod);
      t.match(again.log(), [{ msg: `found a claim of ${service.addresses[0]}, epoch 1` }]);
      // Longer than the lifetime that the address had left.
      await sleep(11_000);
      t.same(await standingOf(world, service), before, 'the new run renews it');
      t.equal((await endMember(pod, again)).code, 0);
      t.match(await standingOf(world, service), {
        owner: { state: 'released', epoch: 1 },
        holder: undefined,
        hosts: [],
      });
    },
  );

  t.test('SIGTERM while the main container is crash-looping releases nothing', { buffered: true }, async (t) => {
    const service = await createService(world);
    const { pod, stop } = await startMember(world, service, nodes.plain);
    const before = await standingOf(world, service);
    await setPhase(pod, 'Running', [{ name: 'main', state: { waiting: { reason: 'CrashLoopBackOff' } } }]);
    stop.kill('SIGTERM');
    const ended = await stop.ended;
    t.equal(ended.code, 0, ended.stderr);
    t.same(await standingOf(world, service), before);
  });

  for (const phase of ['Succeeded', 'Failed'] as const) {
    t.test(`a pod whose phase is ${phase} is over: its address is released`, { buffered: true }, async (t) => {
      const service = await createService(world);
      const { pod, stop } = await startMember(world, service, nodes.plain);
      await setPhase(pod, phase);
      stop.kill('SIGTERM');
      t.equal((await stop.ended).code, 0);
      t.match(await standingOf(world, service), { owner: { state: 'released' }, holder: undefined, hosts: [] });
    });
  }

  t.test('a pod that is gone is over, whether another has its name by now or not', { buffered: true }, async (t) => {
    for (const replaced of [false, true]) {
      const service = await createService(world);
      const { pod, stop } = await startMember(world, service, nodes.plain);
      await pod.remove();
      if (replaced) await TestPod.create(world, service, 0, nodes.other);
      stop.kill('SIGTERM');
      const ended = await stop.ended;
      t.equal(ended.code, 0, ended.stderr);
      t.match(await standingOf(world, service), { owner: { state: 'released' }, holder: undefined, hosts: [] });
    }
  });

  t.test('SIGINT ends the stop container as SIGTERM does', { buffered: true }, async (t) => {
    const service = await createService(world);
    const { pod, stop } = await startMember(world, service, nodes.plain);
    await pod.markDeleted();
    stop.kill('SIGINT');
    t.equal((await stop.ended).code, 0);
    t.match(await standingOf(world, service), { owner: { state: 'released' }, holder: undefined, hosts: [] });
  });

  t.test(
    'the host drops the address of a killed stop container, and the next claim need not wait for that',
    { buffered: true },
    async (t) => {
      const service = await createService(world);
      const { pod, stop } = await startMember(world, service, nodes.plain);
      stop.kill('SIGKILL');
      const killedAt = Date.now();
      t.equal((await stop.ended).signal, 'SIGKILL');
      await pod.remove();
      const next = await TestPod.create(world, service, 0, nodes.other);
      t.equal((await next.claim()).code, 0);
      t.match(await standingOf(world, service), {
        owner: { podUid: next.uid, state: 'owned' },
        hosts: ['node-1', 'node-2'],
      });
      await eventually('the first host drops it', async () => (await addressOn(world, 'node-1', service)).length === 0);
      t.ok(Date.now() - killedAt < 13_000, 'within its lifetime of ten seconds, and what this machine adds');
    },
  );

  t.test(
    'a stop container without the API server keeps everything and says so; the host drops it, and the next claim works at once',
    { buffered: true },
    async (t) => {
      const service = await createService(world);
      await using way = await begun.openWay(world, nodes.plain);
      const { pod, stop } = await startMember(world, service, nodes.plain, { env: way.env });
      const before = await standingOf(world, service);
      await pod.markDeleted();
      way.api.set('silent');
      stop.kill('SIGTERM');
      const ended = await stop.ended;
      t.equal(ended.code, 3, ended.stderr);
      t.match(lastLineOf(ended), { code: 'FC-REL-001', level: 'error' });
      t.match(await lastWords(pod), /could not be told, so everything is kept/);
      t.same({ ...(await standingOf(world, service)), hosts: before.hosts }, before, 'record and EC2 are as they were');
      await pod.remove();
      const next = await TestPod.create(world, service, 0, nodes.other);
      t.equal((await next.claim({ env: brisk })).code, 0);
      t.match(await standingOf(world, service), { owner: { podUid: next.uid, state: 'owned' } });
      await eventually('the first host drops it', async () => (await addressOn(world, 'node-1', service)).length === 0);
    },
  );
}
