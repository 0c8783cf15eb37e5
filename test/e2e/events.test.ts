import { defaultPrincipal } from '../cloud/topology.ts';
import { beginEndToEnd } from './harness/begin.ts';
import { lastWords, why } from './harness/look.ts';
import { e2eTopology, instance } from './harness/nodes.ts';
import type { TestPod } from './harness/pod.ts';
import { openWay } from './harness/way.ts';

const begun = await beginEndToEnd('Events of members’ pods');
if (begun) {
  const { t, World, createService, TestPod: Pods } = begun;
  const statement = (actions: readonly string[]) => ({ Effect: 'Allow' as const, Action: [...actions], Resource: '*' });
  const poor = {
    ...defaultPrincipal,
    ...{ accessKeyId: 'AKIAFIRECAMPPOOR0001', secretAccessKey: 'poor' },
    arn: 'arn:aws:sts::111122223333:assumed-role/poor/pod',
    policy: { Version: '2012-10-17' as const, Statement: [statement(['ec2:Describe*', 'dynamodb:*', 'route53:*'])] },
  };
  const base = e2eTopology();
  const world = await World.start({
    topology: {
      ...base,
      instances: [...base.instances, instance(9, 'm5.large', { subnet: 'a', address: '10.0.1.251' })],
      principals: [{ ...defaultPrincipal, arn: 'arn:aws:iam::111122223333:user/admin' }, poor],
    },
  });
  t.teardown(() => world[Symbol.asyncDispose]());
  const node = (n: number) => `i-0000000000000000${n}`;

  /** What `kubectl describe pod` shows of the pod. */
  async function eventsOf(pod: TestPod) {
    const selector = `involvedObject.name=${pod.name},involvedObject.uid=${pod.uid}`;
    const path = `/api/v1/namespaces/${world.namespace}/events?fieldSelector=${selector}`;
    const { items } = (await world.api.admin('GET', path)) as {
      readonly items: readonly {
        readonly type: string;
        readonly reason: string;
        readonly action: string;
        readonly message: string;
        readonly reportingComponent: string;
        readonly series?: { readonly count: number };
      }[];
    };
    return items;
  }
  const reasons = async (pod: TestPod) => (await eventsOf(pod)).map(({ type, reason }) => `${type} ${reason}`).sort();

  t.test('a claim, a take-over by the next pod and a release are told at their pods', async (t) => {
    const service = await createService(world);
    const first = await Pods.create(world, service, 0, node(1));
    const claimed = await first.claim();
    t.equal(claimed.code, 0, why(claimed));
    const [ip] = service.addresses;
    t.match(await eventsOf(first), [
      {
        ...{ type: 'Normal', action: 'ClaimStaticIP', reason: 'StaticIPClaimed' },
        ...{ reportingComponent: 'firecamp-initcontainer', reportingInstance: 'node-1' },
        message: new RegExp(`^${ip} was moved to eni-\\w+ of ${node(1)}, epoch 1\\.$`),
      },
    ]);
    t.match(
      await lastWords(first),
      new RegExp(`^${first.name}: ${ip} was moved to eni-\\w+, epoch 1, name .* ms\\)\\.$`),
    );

    await first.remove();
    const second = await Pods.create(world, service, 0, node(2));
    const moved = await second.claim();
    t.equal(moved.code, 0, why(moved));
    t.match(await eventsOf(second), [
      {
        reason: 'StaticIPTakenOver',
        message: new RegExp(`epoch 2\\. It was taken over from pod .*${first.uid}.*owned`),
      },
    ]);

    const kept = await second.start('stopcontainer', { args: ['--once'] }).ended;
    t.equal(kept.code, 0, why(kept));
    await second.markDeleted();
    const released = await second.start('stopcontainer', { args: ['--once'] }).ended;
    t.equal(released.code, 0, why(released));
    t.strictSame(await reasons(second), ['Normal StaticIPKept', 'Normal StaticIPReleased', 'Normal StaticIPTakenOver']);
  });

  t.test('a pod that is older than the owner is told that it lost, and by whom', async (t) => {
    const service = await createService(world);
    const older = await Pods.create(world, service, 0, node(1));
    const held = world.cloud.faults.hold({ service: 'ec2', operation: 'DescribeNetworkInterfaces' }, 'reply');
    const losing = older.start('initcontainer');
    await held.reached;
    await older.remove();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const newer = await Pods.create(world, service, 0, node(2));
    held.remove();
    const won = await newer.claim();
    t.equal(won.code, 0, why(won));
    held.release();
    const lost = await losing.ended;
    t.equal(lost.code, 5, why(lost));
    // Its own token is that of a pod that is gone. As long as the API server has not noticed it takes the Event; then it is dropped.
    const dropped = lost.log.filter(({ msg }) => msg === 'an Event could not be told').map(() => 'dropped');
    t.match([...(await reasons(older)), ...dropped], [/^Warning ClaimRaceLost$|^dropped$/]);
    t.match(await lastWords(older), new RegExp(`^FC-CLM-00[12] .*${newer.uid}`));
  });

  t.test('a claim that kubelet runs again and again is one Event with its number and its remedy', async (t) => {
    const primary = await createService(world, { addresses: ['10.0.1.251'] });
    const pod = await Pods.create(world, primary, 0, node(1));
    for (let run = 1; run <= 4; run++) t.equal((await pod.claim()).code, 5);
    t.match(await eventsOf(pod), [
      {
        ...{ type: 'Warning', reason: 'AddressHeldAsPrimary', series: { count: 4 } },
        message: /^FC-ENI-002: .*reserve the range with a subnet CIDR reservation\.$/,
      },
    ]);
    t.equal((await eventsOf(pod)).length, 1);
  });

  t.test('what the role may not do is named, once for all requests that AWS refuses alike', async (t) => {
    const service = await createService(world);
    const pod = await Pods.create(world, service, 0, node(1));
    const env = { AWS_ACCESS_KEY_ID: poor.accessKeyId, AWS_SECRET_ACCESS_KEY: poor.secretAccessKey };
    for (let run = 1; run <= 2; run++) t.equal((await pod.claim({ env })).code, 3);
    t.match(await eventsOf(pod), [
      {
        ...{ type: 'Warning', reason: 'MissingIAMPermissions', series: { count: 2 } },
        message: /^FC-AWS-001: .* may not ec2:AssignPrivateIpAddresses.*Add the action named above/,
      },
    ]);
  });

  t.test(
    'a claim ends well and drops its Event when the API server goes silent once it has read its pod',
    async (t) => {
      const took = async (silent: boolean) => {
        const service = await createService(world);
        const pod = await Pods.create(world, service, 0, node(1));
        const held = world.cloud.faults.hold({ service: 'ec2', operation: 'AssignPrivateIpAddresses' }, 'reply');
        const claim = pod.start('initcontainer');
        await held.reached;
        if (silent) world.apiGate.set('silent');
        const start = performance.now();
        held.release();
        held.remove();
        const ended = await claim.ended;
        const ms = performance.now() - start;
        world.apiGate.set('open');
        t.equal(ended.code, 0, why(ended));
        t.strictSame(await reasons(pod), silent ? [] : ['Normal StaticIPClaimed']);
        t.equal(ended.log.filter(({ msg }) => msg === 'an Event could not be told').length, silent ? 1 : 0);
        return ms;
      };
      const open = await took(false);
      const silent = await took(true);
      t.comment(
        `from Assign's answer to the end: ${Math.round(open)} ms, with a silent API server ${Math.round(silent)} ms`,
      );
    },
  );

  t.test('a failure is reported before its Event is waited for', async (t) => {
    const keys = { AWS_ACCESS_KEY_ID: poor.accessKeyId, AWS_SECRET_ACCESS_KEY: poor.secretAccessKey };
    const runs = [
      { program: 'initcontainer', args: [], operation: 'AssignPrivateIpAddresses' },
      { program: 'stopcontainer', args: ['--once'], operation: 'GetItem' },
    ] as const;
    for (const { program, args, operation } of runs) {
      await using way = await openWay(world, node(1));
      const pod = await Pods.create(world, await createService(world), 0, node(1));
      if (program === 'stopcontainer') await pod.markDeleted();
      const reached = way.hold({ at: 'arrival', matches: (step) => step.operation === operation });
      const running = pod.start(program, { args, env: { ...way.env, ...keys, FIRECAMP_RELEASE_TIMEOUT: '5' } });
      const held = await reached;
      way.api.set('silent');
      // The claim may not assign; the release runs out of its time.
      if (program === 'initcontainer') held.goOn();
      const { log } = await running.ended;
      t.match(await lastWords(pod), /^FC-/, program);
      const told = log.findIndex(({ level }) => level === 'error');
      const dropped = log.findIndex(({ msg }) => msg === 'an Event could not be told');
      t.ok(told >= 0 && told < dropped, `${program}: line ${told} of the log, the Event is dropped in line ${dropped}`);
    }
  });
}
