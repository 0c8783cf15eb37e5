import { test } from 'tap';
import { statusText } from '../../../../orchestrator/commands/output/status-table.ts';
import type { MemberStatus, ServiceStatus } from '../../../../orchestrator/status/service-status.ts';

const now = Date.parse('2026-11-22T12:00:00Z');

const healthy: MemberStatus = {
  name: 'redis-0',
  ordinal: 0,
  wanted: true,
  zone: 'us-east-1a',
  pod: {
    value: {
      name: 'redis-0',
      uid: 'a-uid',
      node: 'node-a',
      hostIp: '10.0.0.10',
      readySince: '2026-11-22T11:58:00Z',
      phase: 'Running',
      ready: true,
      terminating: false,
      restarts: 2,
      createdAt: '2026-11-22T11:56:40Z',
      lastWarning: undefined,
      revision: 'redis-7f',
      image: 'redis:8',
      trouble: [],
    },
  },
  staticIp: '10.0.8.4',
  record: {
    value: {
      state: 'owned',
      epoch: 7,
      ownerPodUid: 'a-uid',
      instanceId: 'i-0a',
      interfaceId: 'eni-0a',
      changedAt: '2026-11-22T11:57:00Z',
      claimMillis: 1840,
    },
  },
  holder: { value: { interfaceId: 'eni-0a', instanceId: 'i-0a' } },
  dnsName: 'redis-0.demo-firecamp.com',
  dns: { value: ['10.0.8.4'] },
  conditions: [
    { type: 'DNSInSync', status: 'True', reason: 'InSync', message: '', lastTransitionTime: undefined },
    { type: 'Ready', status: 'True', reason: 'Ready', message: '', lastTransitionTime: undefined },
  ],
  agrees: 'True',
};

/** EC2 could not be asked, there is no pod, and the name leads elsewhere. */
const troubled: MemberStatus = {
  ...healthy,
  name: 'redis-1',
  ordinal: 1,
  pod: { value: undefined },
  holder: { unknown: 'EC2 refused DescribeNetworkInterfaces' },
  dns: { value: ['10.0.8.9'] },
  conditions: [
    {
      type: 'DNSInSync',
      status: 'False',
      reason: 'OtherValue',
      message: 'the name has 10.0.8.9',
      lastTransitionTime: undefined,
    },
  ],
  agrees: 'Unknown',
};

const status = (members: readonly MemberStatus[], parts: Partial<ServiceStatus> = {}): ServiceStatus => ({
  name: 'redis',
  namespace: 'default',
  cluster: 'demo',
  uuid: undefined,
  recordStatus: 'ACTIVE',
  type: 'stateful',
  running: 1,
  desired: members.length,
  stoppedFrom: undefined,
  updateRevision: undefined,
  summary: 'Healthy: 1 of 1 members',
  healthy: true,
  members,
  unread: [],
  createdAt: undefined,
  ...parts,
});

test('shows the state in words, then the columns that were promised', async (t) => {
  t.equal(
    statusText(status([healthy]), false, now),
    `Healthy: 1 of 1 members

NAME      READY   STATIC-IP   HOLDER   NODE     ZONE         DNS      AGREES   AGE
redis-0   True    10.0.8.4    i-0a     node-a   us-east-1a   InSync   True     3m20s
`,
  );
});

test('shows the wide columns with -o wide', async (t) => {
  const [, , titles = '', row = ''] = statusText(status([healthy]), true, now).split('\n');
  t.strictSame(
    titles.split(/ +/).slice(9),
    'EPOCH ENI OWNER-UID RECORD DNS-VALUE LAST-CLAIM TOOK RESTARTS REVISION IMAGE'.split(' '),
  );
  t.strictSame(row.split(/ +/).slice(9), '7 eni-0a a-uid owned 10.0.8.4 3m 1.8s 2 redis-7f redis:8'.split(' '));
});

test('shows what could not be read as <unknown> with the reason below, and what is not there as <none>', async (t) => {
  const text = statusText(
    status([healthy, troubled], { unread: ['EC2 refused DescribeNetworkInterfaces'] }),
    false,
    now,
  );
  const row = text.split('\n').find((line) => line.startsWith('redis-1 ')) ?? '';
  const cells = [
    'redis-1',
    '<none>',
    '10.0.8.4',
    '<unknown>',
    '<none>',
    'us-east-1a',
    'OtherValue',
    '<unknown>',
    '<none>',
  ];
  t.strictSame(row.split(/ {3,}/), cells);
  t.match(
    text,
    /\n\nredis-1: DNSInSync is False \(OtherValue\): the name has 10\.0\.8\.9\n<unknown>: EC2 refused Desc/,
  );
  t.equal(text.match(/EC2 refused/g)?.length, 1, 'a source that failed is told once');
});

test('tells a container’s trouble once, in the pod’s condition where that has it', async (t) => {
  const trouble = 'memberinit-redis: Error with exit code 5: FC-ENI-001';
  const message = `its pod has trouble on node-a: ${trouble}`;
  const pod = 'value' in healthy.pod && healthy.pod.value && { value: { ...healthy.pod.value, trouble: [trouble] } };
  const failing: MemberStatus = {
    ...healthy,
    ...(pod && { pod }),
    conditions: [
      { type: 'Ready', status: 'False', reason: 'ContainerFailing', message, lastTransitionTime: undefined },
      { type: 'PodReady', status: 'False', reason: 'ContainerFailing', message, lastTransitionTime: undefined },
    ],
  };
  const below = (member: MemberStatus) => statusText(status([member]), false, now).split(/3m20s\n/)[1];
  t.equal(below(failing), `\nredis-0: PodReady is False (ContainerFailing): ${message}\n`);
  t.equal(below({ ...failing, conditions: healthy.conditions }), `\nredis-0: ${trouble}\n`);
});

test('shows where the name of a member leads that was kept when the service was scaled down', async (t) => {
  const kept: MemberStatus = { ...healthy, wanted: false, pod: { value: undefined }, conditions: [] };
  const cells = (member: MemberStatus) =>
    statusText(status([member]), false, now)
      .split('\n')[3]
      ?.split(/ {3,}/);
  t.match(cells(kept), ['redis-0', 'Kept', '10.0.8.4', 'i-0a', '<none>', 'us-east-1a', 'InSync', 'True', '<none>']);
  t.equal(cells({ ...kept, dns: { value: ['10.9.9.9'] } })?.[6], 'DNSMismatch');
  t.equal(cells({ ...kept, dns: { unknown: 'no answer' } })?.[6], '<unknown>');
});

test('tells a reason of many members in a few lines', async (t) => {
  const members = (count: number) =>
    Array.from({ length: count }, (_none, ordinal) => ({ ...troubled, name: `redis-${ordinal}`, ordinal }));
  const below = (count: number) =>
    statusText(status(members(count)), false, now)
      .split('\n')
      .filter((line) => /DNSInSync/.test(line));
  t.equal(below(12).length, 12);
  const [first, second, third, ...more] = below(300);
  t.match(
    [first, second, third],
    [/^redis-0: /, /^redis-1: /, /^redis-2: DNSInSync is False \(OtherValue\): the name has/],
  );
  t.strictSame(more, ['and 297 more members: DNSInSync is False (OtherValue); all are shown with -o json']);
});
