import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beginEndToEnd } from './harness/begin.ts';
import { codeOf, lastWords, why } from './harness/look.ts';
import type { TestPod } from './harness/pod.ts';
import { type Far, openWay } from './harness/way.ts';

const begun = await beginEndToEnd('claims that wait for what does not come');
if (begun) {
  const { t, World, createService, TestPod: Pods } = begun;
  const world = await World.start();
  t.teardown(() => world[Symbol.asyncDispose]());
  const [node1, node2] = ['i-00000000000000001', 'i-00000000000000002'] as const;
  const brief = { FIRECAMP_CLAIM_TIMEOUT: '5' };
  /** Far more than any program needs to end, far less than the sixty seconds of a lock that minds no deadline. */
  const littleMs = 10_000;

  /** A node program in the network of the pod's node, which says "held" when it has the address's name. */
  async function holder(pod: TestPod, args: readonly string[]) {
    const name = `e2e/${pod.service.addresses[0]}`;
    const child = world.fabric.exec(pod.node, [process.execPath, ...args, name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.stdout === null) throw new Error('no stdout');
    await once(child.stdout, 'data');
    return {
      pid: child.pid,
      async [Symbol.asyncDispose]() {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      },
    };
  }

  const listen = (answer: string) => [
    '-e',
    `require('net').createServer((socket) => { socket.on('error', () => {}); ${answer} })
       .listen('\\0firecamp-address/' + process.argv[1], () => console.log('held'));`,
  ];
  const holders: readonly { readonly title: string; readonly args: readonly string[]; readonly words: RegExp }[] = [
    { title: 'a program that never answers', args: listen(''), words: /its holder does not answer/ },
    {
      title: 'a program that closes every connection',
      args: listen('socket.destroy()'),
      words: /its holder does not answer/,
    },
    {
      title: 'a program that answers with nonsense without end',
      args: listen(`setInterval(() => socket.write('x'.repeat(1000)), 5)`),
      words: /its holder does not answer/,
    },
    {
      title: 'a holder that says who it is',
      args: [fileURLToPath(new URL('../common/host/hold-lock.ts', import.meta.url))],
      words: /test-holder \(pid \d+, pod pod-of-child\) has held it since 2026-01-01/,
    },
  ];

  async function stoppedClaim() {
    const service = await createService(world);
    const ip = service.addresses[0] ?? '';
    const first = await Pods.create(world, service, 0, node1);
    const held = world.cloud.faults.hold({
      operation: 'AssignPrivateIpAddresses',
      where: (params) => params['PrivateIpAddress.1'] === ip,
      times: 1,
    });
    const stopped = first.start('initcontainer');
    await held.reached;
    stopped.kill('SIGSTOP');
    await first.remove();
    const second = await Pods.create(world, service, 0, node1);
    const standing = async () => ({ record: await service.record(0), holder: world.cloud.ec2.holderOf(ip) });
    const before = await standing();
    const ended = await second.claim({ env: brief });
    const [said, after] = [await lastWords(second), await standing()];
    stopped.kill('SIGKILL');
    await stopped.ended;
    held.drop();
    held.remove();
    return { service, second, before, ended, said, after, next: await second.claim() };
  }

  async function unansweredAssign() {
    const service = await createService(world);
    const pod = await Pods.create(world, service, 0, node2);
    await using way = await openWay(world, node2);
    const held = way.hold({ at: 'arrival', matches: (step) => step.operation === 'AssignPrivateIpAddresses' });
    const claiming = pod.claim({ env: { ...brief, ...way.env } });
    await held;
    // Its second try shall not come through either.
    way.set('ec2', 'silent');
    const ended = await claiming;
    const [said, left] = [await lastWords(pod), (await service.record(0)).owner];
    return { service, pod, ended, said, left, next: await pod.claim() };
  }

  // Most of their time is waiting: they begin beside the first rows, and a failure is their own row's.
  const [stoppedRow, unansweredRow] = [stoppedClaim(), unansweredAssign()];
  for (const row of [stoppedRow, unansweredRow]) row.catch(() => undefined);

  t.test(
    'a lock that is never free ends the claim with FC-CLM-007 in half its time, and touches nothing',
    async (t) => {
      await Promise.all(
        holders.map(async ({ title, args, words }) => {
          const service = await createService(world);
          const pod = await Pods.create(world, service, 0, node1);
          const before = await service.record(0);
          {
            await using _holder = await holder(pod, args);
            const began = performance.now();
            const ended = await pod.claim({ env: brief });
            t.equal(ended.code, 4, `${title}: ${why(ended)}`);
            t.equal(codeOf(ended), 'FC-CLM-007', title);
            t.ok(performance.now() - began < littleMs, `${title}: inside the deadline`);
            const said = await lastWords(pod);
            t.match(said, words);
            t.ok(said.includes(`e2e/${service.addresses[0]}`), 'the lock is named');
            t.same(await service.record(0), before);
            t.equal(world.cloud.ec2.holderOf(service.addresses[0] ?? ''), undefined);
          }
          const ended = await pod.claim();
          t.equal(ended.code, 0, `${title}: the next run goes on: ${why(ended)}`);
        }),
      );
    },
  );

  t.test('a claim that is stopped in the middle keeps its successor on the node waiting, not for ever', async (t) => {
    const { service, second, before, ended, said, after, next } = await stoppedRow;
    t.equal(ended.code, 4, why(ended));
    t.equal(codeOf(ended), 'FC-CLM-007');
    t.match(said, /its holder does not answer/);
    t.same(after, before, 'record and EC2 are as the stopped claim left them');
    t.equal(next.code, 0, why(next));
    t.match((await service.record(0)).owner, { podUid: second.uid, epoch: 2, state: 'owned' });
  });

  t.test('whoever says nothing at all, the claim ends with 4 at its deadline and names the phase', async (t) => {
    const fars: readonly (Far | 'api')[] = ['ec2', 'imds', 'store', 'api'];
    await Promise.all(
      fars.map(async (far) => {
        const service = await createService(world);
        const pod = await Pods.create(world, service, 0, node2);
        await using way = await openWay(world, node2);
        if (far === 'api') way.api.set('silent');
        else way.set(far, 'silent');
        const began = performance.now();
        const ended = await pod.claim({ env: { ...brief, ...way.env } });
        t.equal(ended.code, 4, `${far}: ${why(ended)}`);
        t.equal(codeOf(ended), 'FC-CLM-006', far);
        t.ok(performance.now() - began < littleMs, `${far}: inside the deadline`);
        t.match(await lastWords(pod), /not done after 5 s; it was in phase "observe (member|node)"/);
        t.notOk((await service.record(0)).owner, 'the record is untouched');
        const next = await pod.claim();
        t.equal(next.code, 0, `${far}: the next run goes on: ${why(next)}`);
      }),
    );
  });

  t.test('an Assign that is never answered ends the claim with 4, and the next run finishes it', async (t) => {
    const { service, pod, ended, said, left, next } = await unansweredRow;
    t.equal(ended.code, 4, why(ended));
    t.match(said, /in phase "assign"/);
    t.match(left, { podUid: pod.uid, state: 'claiming' });
    t.equal(next.code, 0, why(next));
    t.match((await service.record(0)).owner, { podUid: pod.uid, state: 'owned' });
  });

  t.test('Route 53 and a resolver that say nothing hold up no member with a static IP', async (t) => {
    const service = await createService(world);
    const pod = await Pods.create(world, service, 0, node2);
    await using way = await openWay(world, node2);
    way.set('route53', 'silent');
    world.cloud.dns.failure = 'silent';
    const ended = await pod.claim({ env: { ...brief, ...way.env } });
    world.cloud.dns.failure = 'none';
    t.equal(ended.code, 0, why(ended));
    t.match(
      ended.log.findLast((line) => line['msg'] === 'claimed'),
      { name: 'unsettled' },
    );
  });
}
