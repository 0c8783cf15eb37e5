import t from 'tap';
import { assess } from '../../../orchestrator/status/assess.ts';
import type { ConditionReason } from '../../../orchestrator/status/condition-reasons.ts';
import type { Observations } from '../../../orchestrator/status/observations.ts';
import type { Condition, MemberStatus } from '../../../orchestrator/status/service-status.ts';
import {
  type Seen,
  sampleAddress,
  sampleAttr,
  sampleInterface,
  sampleIp,
  sampleMember,
  sampleOwner,
  samplePod,
  sampleView,
  sampleWorkload,
  seen,
  well,
  withEntry,
  withSecond,
} from './seen.ts';

const second = 'redis-1.prod-firecamp.com';

t.test('calls a service healthy of which every source says the same', (t) => {
  const status = assess(seen());
  t.equal(status.summary, 'Healthy: 3 of 3 members');
  t.equal(status.healthy, true);
  t.match(status, { running: 3, desired: 3, unread: [], recordStatus: 'ACTIVE', type: 'stateful' });
  for (const member of status.members) {
    t.equal(member.agrees, 'True');
    t.strictSame(
      member.conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`),
      ['Ready True MemberReady', 'PodReady True PodReady', 'AddressHeld True Held', 'DNSInSync True InSync'],
    );
  }
  t.match(status.members[1], { record: { value: { state: 'owned', epoch: 3, claimMillis: 500 } } });
  t.equal(condition(status.members[1], 'Ready').lastTransitionTime, '2026-11-22T07:00:10Z', 'the latest of its parts');
  t.end();
});

/** What is wrong with member 1, what its conditions say of it, and whether its sources still name one owner. */
interface Case {
  readonly title: string;
  readonly parts: Partial<Seen>;
  readonly reason: ConditionReason;
  readonly agrees: MemberStatus['agrees'];
  readonly summary: RegExp;
}

const address = (state: Parameters<typeof sampleOwner>[1]) => ({
  addresses: withSecond(well.addresses, sampleAddress(1, sampleOwner(1, state))),
});
const held = (parts: Parameters<typeof sampleInterface>[1]) => ({
  holders: withEntry(well.holders, sampleIp(1), sampleInterface(1, parts)),
});
const pod = (parts: Parameters<typeof samplePod>[1]) => ({ pods: withSecond(well.pods, samplePod(1, parts)) });

const cases: readonly Case[] = [
  {
    title: 'an address that another interface of the cluster has than the record names',
    parts: held({ id: 'eni-9', instanceId: 'i-9' }),
    reason: 'HolderMismatch',
    agrees: 'False',
    summary: /^Degraded: redis-1: 10\.0\.16\.11 is held by i-9 \(eni-9\), record says i-1 \(eni-1\)$/,
  },
  {
    title: 'an address that a stranger has',
    parts: held({ id: 'eni-9', instanceId: undefined, tags: {} }),
    reason: 'HeldByStranger',
    agrees: 'False',
    summary: /held by eni-9, which is attached to no instance/,
  },
  {
    title: 'an address that is another interface’s primary one',
    parts: held({ id: 'eni-9', primaryIp: sampleIp(1) }),
    reason: 'HeldAsPrimary',
    agrees: 'False',
    summary: /held by i-1 \(eni-9\)/,
  },
  {
    title: 'an address that nobody has',
    parts: { holders: withEntry(well.holders, sampleIp(1), undefined) },
    reason: 'AddressUnheld',
    agrees: 'False',
    summary: /nobody holds 10\.0\.16\.11 in EC2, record says i-1/,
  },
  {
    title: 'a claim that goes on',
    parts: address({ state: 'claiming', changedAt: '2026-11-22T07:59:00.000Z' }),
    reason: 'Claiming',
    agrees: 'False',
    summary: /being claimed by pod uid-1 since 2026-11-22T07:59:00\.000Z \(epoch 3\)/,
  },
  {
    title: 'a claim that goes on for too long',
    parts: address({ state: 'claiming', changedAt: '2026-11-22T07:57:00.000Z' }),
    reason: 'ClaimOverdue',
    agrees: 'False',
    summary: /being claimed/,
  },
  {
    title: 'a release that goes on for too long',
    parts: address({ state: 'releasing', changedAt: '2026-11-22T07:57:00.000Z' }),
    reason: 'ReleaseOverdue',
    agrees: 'False',
    summary: /being released/,
  },
  {
    title: 'an address that was released while its pod is there',
    parts: address({ state: 'released' }),
    reason: 'ReleasedWhilePodRuns',
    agrees: 'False',
    summary: /that pod is still there/,
  },
  {
    title: 'an address that an earlier pod released',
    parts: { ...address({ state: 'released', podUid: 'uid-old' }) },
    reason: 'Released',
    agrees: 'False',
    summary: /was released by pod uid-old/,
  },
  {
    title: 'a record that names an older pod',
    parts: address({ podUid: 'uid-old', podCreatedAt: '2026-11-22T05:00:00Z' }),
    reason: 'ClaimPending',
    agrees: 'False',
    summary: /names pod uid-old of 2026-11-22T05:00:00Z, Kubernetes pod uid-1/,
  },
  {
    title: 'a record that names a newer pod',
    parts: address({ podUid: 'uid-new', podCreatedAt: '2026-11-22T07:30:00Z' }),
    reason: 'PodSuperseded',
    agrees: 'False',
    summary: /names pod uid-new/,
  },
  {
    title: 'an address that nobody ever claimed',
    parts: { addresses: withSecond(well.addresses, { ...sampleAddress(1), owner: undefined }) },
    reason: 'AddressUnclaimed',
    agrees: 'False',
    summary: /no pod has claimed 10\.0\.16\.11 yet/,
  },
  {
    title: 'an address without a record',
    parts: { addresses: withSecond(well.addresses, undefined) },
    reason: 'AddressRecordMissing',
    agrees: 'False',
    summary: /10\.0\.16\.11 has no address record/,
  },
  {
    title: 'a member without a pod',
    parts: { pods: withSecond(well.pods, undefined) },
    reason: 'PodMissing',
    agrees: 'False',
    summary: /^Degraded: redis-1: it has no pod$/,
  },
  {
    title: 'a pod that is not Ready',
    parts: pod({ ready: false }),
    reason: 'PodNotReady',
    agrees: 'True',
    summary: /runs on node-1 and is not Ready/,
  },
  {
    title: 'a pod that is being deleted',
    parts: pod({ terminating: true }),
    reason: 'PodTerminating',
    agrees: 'True',
    summary: /is being deleted/,
  },
  {
    title: 'a pod whose claim fails',
    parts: pod({ ready: false, phase: 'Pending', trouble: ['memberinit-redis: Error with exit code 5: FC-ENI-001 …'] }),
    reason: 'ContainerFailing',
    agrees: 'True',
    summary: /trouble on node-1: memberinit-redis: Error with exit code 5: FC-ENI-001/,
  },
  {
    title: 'a pod without a node',
    parts: pod({ ready: false, phase: 'Pending', node: undefined, hostIp: undefined }),
    reason: 'PodUnscheduled',
    agrees: 'True',
    summary: /has no node yet/,
  },
  {
    title: 'a name that leads elsewhere',
    parts: { names: withEntry(well.names, second, { values: ['10.9.9.9'] }) },
    reason: 'DNSMismatch',
    agrees: 'False',
    summary: /redis-1\.prod-firecamp\.com leads to 10\.9\.9\.9, not to 10\.0\.16\.11/,
  },
  {
    title: 'a name with a second value',
    parts: { names: withEntry(well.names, second, { values: [sampleIp(1), '10.9.9.9'] }) },
    reason: 'DNSMismatch',
    agrees: 'False',
    summary: /leads to 10\.0\.16\.11, 10\.9\.9\.9/,
  },
  {
    title: 'a name that is an alias',
    parts: { names: withEntry(well.names, second, { special: 'an alias or a routing policy' }) },
    reason: 'DNSMismatch',
    agrees: 'False',
    summary: /leads to an alias/,
  },
  {
    title: 'a name without a record',
    parts: { names: withEntry(well.names, second, undefined) },
    reason: 'DNSMissing',
    agrees: 'False',
    summary: /has no A record, it should be 10\.0\.16\.11/,
  },
];

for (const { title, parts, reason, agrees, summary } of cases) {
  t.test(`reports ${title} as ${reason}, and of that member alone`, (t) => {
    const status = assess(seen(parts));
    t.equal(status.healthy, false);
    t.match(status.summary, summary);
    const [first, wrong, third] = status.members;
    t.ok(wrong?.conditions.some((one) => one.reason === reason && one.type !== 'Ready' && one.status === 'False'));
    t.equal(condition(wrong, 'Ready').status, 'False');
    t.equal(wrong?.agrees, agrees);
    for (const other of [first, third]) {
      t.equal(condition(other, 'Ready').status, 'True');
      t.equal(other?.agrees, 'True');
    }
    t.end();
  });
}

t.test('calls nothing healthy and no member agreed while any source that it rests on could not be read', (t) => {
  const sources = ['records', 'addresses', 'workload', 'pods', 'holders', 'names'] as const;
  const all = 2 ** sources.length;
  const states: Observations[] = [seen(), ...cases.map(({ parts }) => seen(parts))];
  for (const state of states) {
    for (let mask = 1; mask < all; mask++) {
      const gone = sources.filter((_source, index) => (mask >> index) & 1);
      const unread = Object.fromEntries(gone.map((source) => [source, { unknown: `no ${source} today` }]));
      const status = assess({ ...state, ...unread });
      const about = `${gone.join(', ')}: ${status.summary}`;
      if (status.healthy) t.fail(`healthy without ${about}`);
      if (status.unread.length !== gone.length) t.fail(`it does not say each reason: ${about}`);
      if (/^Healthy/.test(status.summary)) t.fail(about);
      const needed = gone.filter((source) => source !== 'workload');
      for (const member of status.members) {
        if (needed.length > 0 && member.agrees === 'True') t.fail(`${member.name} agrees without ${about}`);
        const ready = member.conditions.find(({ type }) => type === 'Ready');
        if (needed.length > 0 && ready?.status === 'True') t.fail(`${member.name} is Ready without ${about}`);
      }
    }
  }
  t.pass(`${states.length * (all - 1)} states`);
  t.end();
});

t.test('knows the members by their pods and the count where the records could not be read', (t) => {
  const status = assess({ ...seen(), records: { unknown: 'FC-REC-005 no answer' } });
  t.match(status.summary, /^Unknown: 3 of 3 members ready as far as could be read; Records: FC-REC-005 no answer$/);
  t.equal(status.members.length, 3);
  t.strictSame(
    status.members[1]?.conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`),
    [
      'Ready Unknown AddressRecordUnread',
      'PodReady True PodReady',
      'AddressHeld Unknown AddressRecordUnread',
      'DNSInSync Unknown DNSUnread',
    ],
  );
  t.end();
});

t.test('says what is certain although another source is silent', (t) => {
  const wrong = {
    ...seen({ names: withEntry(well.names, second, { values: ['10.9.9.9'] }) }),
    holders: { unknown: 'x' },
  };
  const status = assess(wrong);
  t.match(status.summary, /^Degraded: redis-1/);
  t.equal(status.members[1]?.agrees, 'False');
  t.equal(status.members[0]?.agrees, 'Unknown');
  t.end();
});

t.test('counts members beyond the service’s number neither as missing nor as fault', (t) => {
  const kept = {
    view: sampleView(sampleAttr({ replicas: 2 })),
    workload: { ...sampleWorkload, desired: 2 },
    pods: well.pods.slice(0, 2),
    addresses: [sampleAddress(0), sampleAddress(1), sampleAddress(2, sampleOwner(2, { state: 'released' }))],
    holders: withEntry(well.holders, sampleIp(2), undefined),
  };
  const status = assess(seen(kept));
  t.equal(status.summary, 'Healthy: 2 of 2 members');
  t.match(status.members[2], { wanted: false, conditions: [], agrees: 'True' });
  const taken = assess(
    seen({ ...kept, holders: well.holders, addresses: withSecond(kept.addresses, sampleAddress(1)) }),
  );
  t.equal(taken.healthy, true, 'the policy keep leaves the address on its interface');
  const stolen = withEntry(kept.holders, sampleIp(2), sampleInterface(9));
  t.match(assess(seen({ ...kept, holders: stolen })).summary, /^Degraded: redis-2: not wanted any more, but/);
  const cutOff = [...kept.addresses.slice(0, 2), sampleAddress(2, sampleOwner(2, { state: 'releasing' }))];
  const told = 'Degraded: redis-2: not wanted any more, but its release is not known to be complete';
  t.equal(assess(seen({ ...kept, addresses: cutOff })).summary, told);
  t.end();
});

t.test('calls a stopped service stopped, not healthy, and its released members agreed', (t) => {
  const status = assess(
    seen({
      workload: { ...sampleWorkload, desired: 0, stoppedFrom: 3 },
      pods: [],
      addresses: [0, 1, 2].map((n) => sampleAddress(n, sampleOwner(n, { state: 'released' }))),
      holders: new Map(),
    }),
  );
  t.equal(status.summary, 'Stopped: to be started again with 3 members');
  t.match(status, { healthy: false, running: 0, desired: 0, stoppedFrom: 3 });
  t.strictSame(
    status.members.map(({ agrees }) => agrees),
    ['True', 'True', 'True'],
  );
  t.end();
});

t.test('compares the name of a member without a static IP with its node', (t) => {
  const view = sampleView(
    sampleAttr({ requireStaticIp: false }),
    [0, 1, 2].map((n) => sampleMember(n, '')),
  );
  const names = new Map([0, 1, 2].map((n) => [`redis-${n}.prod-firecamp.com`, { values: [`10.0.0.${n}`] }]));
  const bare = { view, addresses: [], holders: new Map(), names };
  const status = assess(seen(bare));
  t.equal(status.healthy, true);
  t.notOk(status.members[0]?.conditions.some(({ type }) => type === 'AddressHeld'));
  const moved = assess(seen({ ...bare, pods: withSecond(well.pods, samplePod(1, { hostIp: '10.0.0.77' })) }));
  t.equal(condition(moved.members[1], 'DNSInSync').reason, 'DNSMismatch');
  t.equal(moved.members[1]?.agrees, 'False');
  t.end();
});

t.test('tells what is left half made', (t) => {
  const creating = seen({ view: sampleView(sampleAttr({ status: 'CREATING' })), workload: undefined, pods: [] });
  t.match(assess(creating).summary, /^Creating: 0 of 3 members ready; there is no StatefulSet/);
  t.match(assess(seen({ view: sampleView(sampleAttr({ status: 'DELETING' })) })).summary, /^Deleting: 3 members left/);
  t.match(assess(seen({ view: undefined })).summary, /^Degraded: there are objects in Kubernetes, and no records/);
  t.match(assess(seen({ workload: undefined })).summary, /^Degraded: there is no StatefulSet or Deployment/);
  const scaled = seen({ workload: { ...sampleWorkload, desired: 2 } });
  t.match(assess(scaled).summary, /^Degraded: the records say 3 members, Kubernetes 2/);
  t.end();
});

t.test('takes the interface that FireCamp’s own record names for a holder, and no pod for an owner', (t) => {
  const firecamps = { addresses: [0, 1, 2].map((n) => ({ ...sampleAddress(n), owner: undefined })) };
  const stopped = assess(seen({ ...firecamps, pods: [] }));
  t.strictSame(
    stopped.members.map(({ agrees }) => agrees),
    ['True', 'True', 'True'],
  );
  const running = assess(seen(firecamps));
  t.equal(running.members[0]?.agrees, 'False');
  t.equal(condition(running.members[0], 'AddressHeld').reason, 'AddressUnclaimed');
  t.end();
});

t.test('makes a stateless service’s pods its members', (t) => {
  const workload = { ...sampleWorkload, type: 'stateless' as const, desired: 2, ready: 1 };
  const pods = [samplePod(1, { name: 'web-b' }), samplePod(0, { name: 'web-a', ready: false })];
  const status = assess(seen({ view: undefined, workload, pods, addresses: [], holders: new Map(), names: new Map() }));
  t.strictSame(
    status.members.map(({ name }) => name),
    ['web-a', 'web-b'],
  );
  t.match(status, { type: 'stateless', running: 1, desired: 2, healthy: false });
  t.match(status.summary, /^Degraded: web-a: its pod runs on node-0 and is not Ready; 1 of 2 pods are Ready$/);
  t.end();
});

t.test('asks nothing of address and name of a service whose pods run with TESTMODE', (t) => {
  const view = sampleView(sampleAttr({ definition: { testMode: true } }));
  const status = assess(
    seen({ view, addresses: [0, 1, 2].map((n) => ({ ...sampleAddress(n), owner: undefined })), holders: new Map() }),
  );
  t.equal(status.summary, 'Healthy: 3 of 3 members');
  t.end();
});

function condition(member: MemberStatus | undefined, type: Condition['type']): Condition {
  const found = member?.conditions.find((one) => one.type === type);
  if (found === undefined) throw new Error(`${member?.name} has no condition ${type}`);
  return found;
}

t.test('tells a reason that many members have once, and names them', (t) => {
  const status = assess(seen({ holders: new Map() }));
  t.equal(
    status.summary,
    'Degraded: 3 of 3 members: no interface has the address: redis-0, redis-1, redis-2',
    'what each address is stands in the lines of the members',
  );
  t.end();
});
