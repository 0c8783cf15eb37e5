import {
  AssignPrivateIpAddressesCommand,
  CreateTagsCommand,
  DescribeNetworkInterfacesCommand,
  UnassignPrivateIpAddressesCommand,
} from '@aws-sdk/client-ec2';
import t, { type Test } from 'tap';
import type { Call } from './call-log.ts';
import { ManualClock } from './clock.ts';
import { type Cloud, type CloudOptions, startCloud } from './cloud.ts';
import { demoTopology } from './demo-topology.ts';
import { ec2Client } from './ec2/sdk.ts';
import type { Fault } from './faults.ts';
import type { PolicyDocument } from './policy-document.ts';
import { defaultPrincipal } from './topology.ts';

const eni = 'eni-00000000000000001';
const ip = '10.0.1.200';
const assignment = () =>
  new AssignPrivateIpAddressesCommand({ NetworkInterfaceId: eni, PrivateIpAddresses: [ip], AllowReassignment: true });

async function account(test: Test, options: CloudOptions = {}, policy?: PolicyDocument) {
  const principal = { ...defaultPrincipal, arn: 'arn:aws:iam::111122223333:user/simulated' };
  const cloud = await startCloud(demoTopology({ principals: [{ ...principal, ...(policy && { policy }) }] }), options);
  const client = ec2Client(cloud);
  test.teardown(async () => {
    client.destroy();
    await cloud.close();
  });
  return { cloud, client };
}

/** Sends the assignment and gives up once `given` says so. */
async function assignUntil(cloud: Cloud, given: Promise<unknown>): Promise<void> {
  const client = ec2Client(cloud);
  const abort = new AbortController();
  const sent = client.send(assignment(), { abortSignal: abort.signal }).catch(() => undefined);
  await given;
  abort.abort();
  await sent;
  client.destroy();
}

t.test('refuses a key it does not know, a wrong secret and a wrong token as EC2 does', async (test) => {
  const { cloud } = await account(test);
  const bad = [
    { ...defaultPrincipal, accessKeyId: 'AKIAUNKNOWN' },
    { ...defaultPrincipal, secretAccessKey: 'wrong' },
    { ...defaultPrincipal, sessionToken: 'made.up' },
  ];
  for (const credentials of bad) {
    const client = ec2Client(cloud, credentials);
    await test.rejects(client.send(assignment()), { name: 'AuthFailure' });
    client.destroy();
  }
  test.equal(cloud.ec2.holderOf(ip), undefined);
});

t.test('refuses a request that was signed for another region', async (test) => {
  const { cloud } = await account(test);
  const client = ec2Client({ ...cloud, endpoints: { ...cloud.endpoints, region: 'eu-west-1' } });
  await test.rejects(client.send(assignment()), { name: 'AuthFailure' });
  client.destroy();
});

t.test('refuses a body that was changed after signing', async (test) => {
  const { cloud, client } = await account(test);
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args as { request: { body: string } };
      request.body = request.body.replace(ip, '10.0.1.201');
      return next(args);
    },
    { step: 'deserialize' },
  );
  await test.rejects(client.send(assignment()), { name: 'AuthFailure' });
  test.strictSame(cloud.ec2.interface(eni)?.addresses, ['10.0.1.11']);
});

t.test('refuses a request that arrives unsigned', async (test) => {
  const { cloud } = await account(test);
  const body = new URLSearchParams({ Action: 'DescribeVpcs', Version: '2016-11-15' });
  const reply = await fetch(cloud.endpoints.ec2, { method: 'POST', body });
  test.equal(reply.status, 403);
  test.match(await reply.text(), /MissingAuthenticationToken/);
});

t.test('lets a held request take effect up to five minutes after it was signed, and no later', async (test) => {
  const clock = new ManualClock();
  const { cloud } = await account(test, { clock });
  const first = cloud.faults.hold({ operation: 'AssignPrivateIpAddresses', times: 1 });
  await assignUntil(cloud, first.reached);
  clock.advance(5 * 60_000 + 1_000);
  first.release();
  await until(cloud, (call) => call.errorCode === 'RequestExpired');
  test.equal(cloud.ec2.holderOf(ip), undefined);

  const fresh = new ManualClock();
  const again = await account(test, { clock: fresh });
  const second = again.cloud.faults.hold({ operation: 'AssignPrivateIpAddresses' });
  await assignUntil(again.cloud, second.reached);
  fresh.advance(4 * 60_000);
  second.release();
  await until(again.cloud, tookEffect);
  test.equal(again.cloud.ec2.holderOf(ip), eni);
});

/** Waits until the last assignment has come so far. */
async function until(cloud: Cloud, reached: (call: Call) => boolean): Promise<void> {
  for (let i = 0; i < 1000; i += 1) {
    const call = cloud.calls.of('ec2', 'AssignPrivateIpAddresses').at(-1);
    if (call && reached(call)) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('the call never came so far');
}

const gaveUp = (call: Call) => call.repliedAt !== undefined && call.status === undefined;
const tookEffect = (call: Call) => call.effectAt !== undefined;

/** Runs what is due in this process now. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

t.test('enforces the policy on the tags of the interface, and an explicit Deny over an Allow', async (test) => {
  const policy: PolicyDocument = {
    Statement: [
      {
        Effect: 'Allow',
        Action: 'ec2:Assign*',
        Resource: 'arn:aws:ec2:*:*:network-interface/*',
        Condition: { StringEquals: { 'aws:ResourceTag/firecamp-cluster': 'demo' } },
      },
      { Effect: 'Allow', Action: ['ec2:UnassignPrivateIpAddresses', 'ec2:Describe*'], Resource: '*' },
      { Effect: 'Deny', Action: 'ec2:Unassign*', Resource: '*' },
    ],
  };
  const { cloud, client } = await account(test, {}, policy);
  await test.resolves(client.send(assignment()));
  await test.resolves(client.send(new DescribeNetworkInterfacesCommand({})));
  const stranger = cloud.ec2.launchStranger('subnet-0000000000000000a', { type: 'm5.large' });
  const elsewhere = { NetworkInterfaceId: stranger.id, PrivateIpAddresses: ['10.0.1.201'] };
  await test.rejects(client.send(new AssignPrivateIpAddressesCommand(elsewhere)), { name: 'UnauthorizedOperation' });
  const back = { NetworkInterfaceId: eni, PrivateIpAddresses: [ip] };
  await test.rejects(client.send(new UnassignPrivateIpAddressesCommand(back)), { name: 'UnauthorizedOperation' });
  const tags = { Resources: [eni], Tags: [{ Key: 'a', Value: 'b' }] };
  await test.rejects(client.send(new CreateTagsCommand(tags)), { name: 'UnauthorizedOperation' });
  test.equal(cloud.ec2.holderOf(ip), eni);
});

t.test('records who called what when, with parameters and outcome', async (test) => {
  const { cloud, client } = await account(test);
  await client.send(assignment());
  await client.send(new AssignPrivateIpAddressesCommand({ NetworkInterfaceId: 'eni-0' })).catch(() => undefined);
  const [first, second] = cloud.calls.of('ec2', 'AssignPrivateIpAddresses');
  test.match(first, {
    params: { NetworkInterfaceId: eni, 'PrivateIpAddress.1': ip, AllowReassignment: 'true' },
    principal: 'arn:aws:iam::111122223333:user/simulated',
    status: 200,
    errorCode: undefined,
  });
  test.ok((first?.receivedAt ?? 0) <= (first?.effectAt ?? 0) && (first?.effectAt ?? 0) <= (first?.repliedAt ?? 0));
  test.match(second, { status: 400, errorCode: 'InvalidNetworkInterfaceID.NotFound' });
});

t.test('counts calls side by side as one round trip and calls in a row as several', async (test) => {
  const { cloud, client } = await account(test);
  const describe = () => client.send(new DescribeNetworkInterfacesCommand({}));
  /** Sends several at once and lets none be answered before the last has arrived. */
  const together = async (count: number) => {
    const before = cloud.calls.all().length;
    const hold = cloud.faults.hold({ operation: 'DescribeNetworkInterfaces', times: count });
    const sent = Array.from({ length: count }, describe);
    while (cloud.calls.all().length < before + count) await turn();
    hold.release();
    await Promise.all(sent);
  };
  await together(3);
  test.equal(cloud.calls.longestChain().length, 1);
  await client.send(assignment());
  await together(2);
  const chain = cloud.calls.longestChain((call) => call.service === 'ec2');
  test.strictSame(
    chain.map((call) => call.operation),
    ['DescribeNetworkInterfaces', 'AssignPrivateIpAddresses', 'DescribeNetworkInterfaces'],
  );
});

// The SDK calls a connection that was reset a TimeoutError.
const effects: { fault: Fault; error: { name: string } | RegExp; holder: string | undefined }[] = [
  { fault: { kind: 'throttle' }, error: { name: 'RequestLimitExceeded' }, holder: undefined },
  { fault: { kind: 'server-error' }, error: { name: 'InternalError' }, holder: undefined },
  {
    fault: { kind: 'server-error', status: 503, code: 'Unavailable' },
    error: { name: 'Unavailable' },
    holder: undefined,
  },
  { fault: { kind: 'cut' }, error: { name: 'TimeoutError' }, holder: undefined },
  { fault: { kind: 'lose-reply' }, error: { name: 'TimeoutError' }, holder: eni },
  { fault: { kind: 'garbage' }, error: /./, holder: eni },
  { fault: { kind: 'truncated' }, error: /./, holder: eni },
];
for (const { fault, error, holder } of effects) {
  t.test(`a ${fault.kind} fault fails the call ${holder ? 'after' : 'without'} its effect`, async (test) => {
    const { cloud, client } = await account(test);
    const rule = cloud.faults.add({ operation: 'AssignPrivateIpAddresses', times: 1 }, fault);
    await test.rejects(client.send(assignment()), error);
    test.equal(cloud.ec2.holderOf(ip), holder);
    test.equal(rule.hits, 1);
    await test.resolves(client.send(assignment()), 'the rule was for one call');
  });
}

t.test('lets the first calls pass and looks at parameters, when a rule says so', async (test) => {
  const { cloud, client } = await account(test);
  cloud.faults.add({ service: 'ec2', skip: 1, where: (p) => p['PrivateIpAddress.1'] === ip }, { kind: 'throttle' });
  await client.send(assignment());
  const other = { NetworkInterfaceId: eni, PrivateIpAddresses: ['10.0.1.201'] };
  await test.resolves(client.send(new AssignPrivateIpAddressesCommand(other)));
  await test.rejects(client.send(assignment()), { name: 'RequestLimitExceeded' });
});

t.test('swallows a request without effect and leaves its caller waiting', async (test) => {
  const { cloud } = await account(test);
  const rule = cloud.faults.add({ operation: 'AssignPrivateIpAddresses' }, { kind: 'swallow' });
  await assignUntil(cloud, rule.reached);
  await until(cloud, gaveUp);
  await turn();
  test.equal(cloud.ec2.holderOf(ip), undefined);
});

t.test('lets a request take effect a while after its caller gave up', async (test) => {
  const clock = new ManualClock();
  const { cloud } = await account(test, { clock });
  const rule = cloud.faults.add(
    { operation: 'AssignPrivateIpAddresses' },
    { kind: 'late-effect', afterGiveUpMs: 1000 },
  );
  const waited = rule.reached.then(async () => {
    await turn();
    clock.advance(10_000);
    await turn();
    test.equal(cloud.ec2.holderOf(ip), undefined, 'not while its caller still waits');
  });
  await assignUntil(cloud, waited);
  await until(cloud, gaveUp);
  await turn();
  clock.advance(999);
  await turn();
  test.equal(cloud.ec2.holderOf(ip), undefined);
  clock.advance(1);
  await until(cloud, tookEffect);
  test.equal(cloud.ec2.holderOf(ip), eni);
});

t.test('takes the time before and after the effect that latency and faults ask for', async (test) => {
  const clock = new ManualClock();
  const latency = { 'ec2:AssignPrivateIpAddresses': { beforeEffectMs: 100, afterEffectMs: [200, 200] } } as const;
  const { cloud, client } = await account(test, { clock, latency });
  const rule = cloud.faults.add({}, { kind: 'delay', beforeEffectMs: 10, afterEffectMs: 20 });
  const sent = client.send(assignment());
  const call = await rule.reached;
  await turn();
  clock.advance(109);
  await turn();
  test.equal(cloud.ec2.holderOf(ip), undefined);
  clock.advance(1);
  await turn();
  test.equal(cloud.ec2.holderOf(ip), eni);
  clock.advance(219);
  await turn();
  test.equal(call.status, undefined);
  clock.advance(1);
  await sent;
  const { receivedAt, effectAt = 0, repliedAt = 0 } = call;
  test.strictSame([effectAt - receivedAt, repliedAt - effectAt], [110, 220]);
});

t.test('holds a call between its effect and its reply until released', async (test) => {
  const { cloud, client } = await account(test);
  const hold = cloud.faults.hold({ operation: 'AssignPrivateIpAddresses' }, 'reply');
  let answered = false;
  const sent = client.send(assignment()).then(() => {
    answered = true;
  });
  await hold.reached;
  test.equal(cloud.ec2.holderOf(ip), eni);
  test.notOk(answered);
  hold.release();
  await sent;
  test.ok(answered);
});

t.test('never lets a dropped call take effect', async (test) => {
  const { cloud } = await account(test);
  const hold = cloud.faults.hold({ operation: 'AssignPrivateIpAddresses' });
  await assignUntil(cloud, hold.reached);
  hold.drop();
  await until(cloud, gaveUp);
  await turn();
  test.equal(cloud.ec2.holderOf(ip), undefined);
});

t.test('trickles a slow body byte by byte', async (test) => {
  const clock = new ManualClock();
  const { cloud } = await account(test, { clock });
  const rule = cloud.faults.add({ operation: 'AssignPrivateIpAddresses' }, { kind: 'slow-body', bytesPerSecond: 10 });
  const client = ec2Client(cloud);
  let answered = false;
  const sent = client.send(assignment()).then(() => {
    answered = true;
  });
  await rule.reached;
  await until(cloud, (call) => call.status === 200);
  clock.advance(1_000);
  await turn();
  test.notOk(answered);
  while (!answered) {
    clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await sent;
  client.destroy();
});

t.test('sends a huge body whole to a caller that reads it', async (test) => {
  const { cloud } = await account(test);
  cloud.faults.add({ service: 'sts' }, { kind: 'huge' });
  const reply = await fetch(cloud.endpoints.sts, { method: 'POST' });
  let bytes = 0;
  for await (const chunk of reply.body ?? []) bytes += chunk.length;
  test.ok(bytes > 64 * 1024 * 1024);
});
