import type { StaticIpRecord } from '../../common/domain/records.ts';
import { beginEndToEnd } from './harness/begin.ts';
import { codeOf, everything, lastWords, why } from './harness/look.ts';
import { e2eTopology, instance, noManage } from './harness/nodes.ts';

const begun = await beginEndToEnd('claims that are refused, with the reason and the remedy, and nothing touched');
if (begun) {
  const { t, World, createService, TestPod } = begun;
  const base = e2eTopology();
  const stranger = { Name: 'stranger' };
  const world = await World.start({
    topology: {
      ...base,
      instances: [
        ...base.instances,
        {
          ...instance(8, 'm5.large', { subnet: 'a', address: '10.0.1.18', secondary: ['10.0.1.250'] }),
          tags: stranger,
        },
        instance(9, 'm5.large', { subnet: 'a', address: '10.0.1.251' }),
      ],
    },
    kinds: { 'node-5': { vpcCni: true, down: [1] }, 'node-6': { vpcCni: true } },
  });
  t.teardown(() => world[Symbol.asyncDispose]());
  const signal = new AbortController().signal;
  const node = (n: number) => `i-0000000000000000${n}`;

  const refusals: readonly {
    readonly title: string;
    readonly node: number;
    readonly addresses?: readonly string[];
    readonly code: string;
    readonly words: RegExp;
  }[] = [
    {
      title: 'a node in another zone is refused, naming the interfaces it has',
      node: 3,
      code: 'FC-ENI-003',
      words: /10\.0\.2\.0\/24.*node affinity/s,
    },
    {
      title: 'an interface at its limit is refused, naming the limit of the instance type',
      node: 7,
      code: 'FC-ENI-004',
      words: /2 of the 2 IPv4 addresses that t3\.micro allows.*larger instance type/s,
    },
    {
      title: 'an address that another interface has as its primary is refused, naming the interface',
      node: 1,
      addresses: ['10.0.1.251'],
      code: 'FC-ENI-002',
      words: /primary address of interface eni-\w+ of instance i-00000000000000009/,
    },
    {
      title: 'a node of the VPC CNI with no tagged interface is refused, naming the tag',
      node: 6,
      code: 'FC-ENI-005',
      words: /no_manage=true/,
    },
    {
      title: 'an address that a stranger’s interface holds is refused, naming the holder',
      node: 1,
      addresses: ['10.0.1.250'],
      code: 'FC-ENI-001',
      words: /held by interface eni-\w+8 of instance i-00000000000000008/,
    },
  ];
  for (const refusal of refusals) {
    t.test(refusal.title, async (t) => {
      const service = await createService(world, { ...(refusal.addresses && { addresses: refusal.addresses }) });
      const pod = await TestPod.create(world, service, 0, node(refusal.node));
      const before = await everything(world, service, pod);
      const ended = await pod.claim();
      t.equal(ended.code, 5, why(ended));
      t.equal(codeOf(ended), refusal.code);
      t.match(await lastWords(pod), refusal.words);
      t.same(await everything(world, service, pod), before, 'nothing is touched');
    });
  }

  t.test('of two interfaces in the subnet the one tagged for the cluster is taken', async (t) => {
    const service = await createService(world);
    const pod = await TestPod.create(world, service, 0, node(4));
    const ended = await pod.claim();
    t.equal(ended.code, 0, why(ended));
    t.equal((await service.record(0)).interfaceId, 'eni-00000000000000014');
  });

  t.test('on a node of the VPC CNI the interface that it leaves alone is taken and brought up', async (t) => {
    const service = await createService(world);
    const pod = await TestPod.create(world, service, 0, node(5));
    const ended = await pod.claim();
    t.equal(ended.code, 0, why(ended));
    const taken = world.cloud.ec2.interface((await service.record(0)).interfaceId);
    t.match(Object.fromEntries(taken?.tags ?? []), noManage);
  });

  t.test('a service, member or table that does not exist is named, and nothing is touched', async (t) => {
    const service = await createService(world);
    const pod = await TestPod.create(world, service, 0, node(1));
    const cases = [
      { env: { SERVICE_NAME: 'nosuch', SERVICE_UUID: undefined }, code: 'FC-REC-001', words: /service.*nosuch/ },
      { env: { SERVICE_UUID: 'f'.repeat(32) }, code: 'FC-REC-001', words: /f{32}/ },
      { env: { POD_NAME: `${service.name}-7` }, code: 'FC-REC-001', words: /-7/ },
      { env: { CLUSTER: 'nosuchcluster' }, code: 'FC-REC-006', words: /nosuchcluster-firecamp-table/ },
    ];
    const before = await everything(world, service, pod);
    for (const { env, code, words } of cases) {
      const ended = await pod.claim({ env });
      t.equal(ended.code, 2, why(ended));
      t.equal(codeOf(ended), code, why(ended));
      t.match(await lastWords(pod), words);
    }
    t.same(await everything(world, service, pod), before);
  });

  t.test('a service of another namespace is refused, not given a second owner', async (t) => {
    const service = await createService(world);
    const attr = await service.store.get('serviceAttr', { serviceUuid: service.uuid }, { signal });
    await service.store.update('serviceAttr', attr, { ...attr.record, namespace: 'elsewhere' }, { signal });
    const pod = await TestPod.create(world, service, 0, node(1));
    const before = await everything(world, service, pod);
    const ended = await pod.claim();
    t.equal(codeOf(ended), 'FC-REC-008', why(ended));
    t.same(await everything(world, service, pod), before);
  });

  t.test('two pods that claim the same member at once: exactly one holds it, and the loser says who won', async (t) => {
    for (const nodes of [
      [1, 2],
      [1, 1],
    ] as const) {
      const service = await createService(world);
      const ip = service.addresses[0] ?? '';
      const older = await TestPod.create(world, service, 0, node(nodes[0]));
      await older.remove();
      // A force-deleted pod still runs on its node: its name is free, and its successor claims at the same time.
      const newer = await TestPod.create(world, service, 0, node(nodes[1]));
      const ended = await Promise.all([older.claim(), newer.claim()]);
      t.equal(ended[1].code, 0, why(ended[1]));
      t.equal(ended[0].code, 5, why(ended[0]));
      const record = await service.record(0);
      t.match(record.owner, { podUid: newer.uid, state: 'owned' });
      t.equal(world.cloud.ec2.holderOf(ip), record.interfaceId);
    }
  });

  t.test(
    'two claims by pods that the API server cannot tell apart by age race on the record, and one wins',
    async (t) => {
      const service = await createService(world);
      const ip = service.addresses[0] ?? '';
      const one = await TestPod.create(world, service, 0, node(1));
      // Both hold the intent back until both have observed: the compare-and-set alone decides.
      const held = world.cloud.faults.hold({ service: 'ec2', operation: 'DescribeNetworkInterfaces' }, 'reply');
      const first = one.start('initcontainer');
      await held.reached;
      await one.remove();
      const two = await TestPod.create(world, service, 0, node(2));
      const second = two.start('initcontainer');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      held.release();
      held.remove();
      const [a, b] = await Promise.all([first.ended, second.ended]);
      const record = await service.record(0);
      t.equal(world.cloud.ec2.holderOf(ip), record.interfaceId, 'one holder, and it is the recorded one');
      const winner = record.owner?.podUid === one.uid ? a : b;
      const loser = winner === a ? b : a;
      t.equal(winner.code, 0, why(winner));
      t.equal(loser.code, 5, why(loser));
      t.match(why(loser), new RegExp(`${record.owner?.podUid}|already|newer|exists`));
    },
  );

  t.test('a pod older than the recorded owner’s is superseded, and touches nothing', async (t) => {
    const service = await createService(world);
    const pod = await TestPod.create(world, service, 0, node(1));
    await own(service, {
      podUid: '00000000-0000-4000-8000-00000000beef',
      podCreatedAt: new Date(Date.parse(pod.createdAt) + 5000).toISOString().replace('.000Z', 'Z'),
      instanceId: node(2),
      interfaceId: 'eni-00000000000000002',
    });
    const before = await everything(world, service, pod);
    const ended = await pod.claim();
    t.equal(ended.code, 5);
    t.equal(codeOf(ended), 'FC-CLM-002', why(ended));
    t.match(await lastWords(pod), /beef/);
    t.same(await everything(world, service, pod), before);
  });

  t.test('a pod that is gone, replaced or being deleted claims nothing', async (t) => {
    const service = await createService(world);
    const gone = await TestPod.create(world, service, 0, node(1));
    await gone.remove();
    const before = await everything(world, service, gone);
    const afterDeath = await gone.claim();
    t.equal(codeOf(afterDeath), 'FC-CLM-004', why(afterDeath));
    const replaced = await TestPod.create(world, service, 0, node(2));
    const byOld = await gone.claim({ env: { FIRECAMP_K8S_TOKEN_FILE: replaced.env['FIRECAMP_K8S_TOKEN_FILE'] } });
    t.equal(codeOf(byOld), 'FC-CLM-004', why(byOld));
    t.match(why(byOld), new RegExp(replaced.uid));
    await replaced.markDeleted();
    const ending = await replaced.claim();
    t.equal(codeOf(ending), 'FC-CLM-004', why(ending));
    t.same(await everything(world, service, gone), before);
  });

  t.test('without the API server only a record that names this very pod is continued', async (t) => {
    const service = await createService(world, { members: 2 });
    const fresh = await TestPod.create(world, service, 0, node(1));
    const known = await TestPod.create(world, service, 1, node(1));
    t.equal((await known.claim()).code, 0);
    world.apiGate.set('closed');
    const before = await everything(world, service, fresh);
    const refused = await fresh.claim();
    const continued = await known.claim();
    world.apiGate.set('open');
    t.equal(refused.code, 3, why(refused));
    t.equal(codeOf(refused), 'FC-CLM-003');
    t.equal(continued.code, 0, why(continued));
    t.same((await everything(world, service, fresh)).records[0], before.records[0], 'the other record is untouched');
  });

  async function own(
    service: Awaited<ReturnType<typeof createService>>,
    by: { podUid: string; podCreatedAt: string; instanceId: string; interfaceId: string },
  ): Promise<StaticIpRecord> {
    const stored = await service.store.get('staticIp', { ip: service.addresses[0] ?? '' }, { signal });
    const { podUid, podCreatedAt, instanceId, interfaceId } = by;
    const owner = {
      namespace: world.namespace,
      podName: `${service.name}-0`,
      podUid,
      podCreatedAt,
      epoch: 4,
      state: 'owned' as const,
      changedAt: '2026-01-01T00:00:00.000Z',
      phaseMillis: {},
    };
    return (
      await service.store.update('staticIp', stored, { ...stored.record, instanceId, interfaceId, owner }, { signal })
    ).record;
  }
}
