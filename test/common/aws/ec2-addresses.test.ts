import { type Test, test } from 'tap';
import { freePorts } from '../../../scripts/rig/free-port.ts';
import { realClock } from '../../cloud/clock.ts';
import { demoTopology } from '../../cloud/demo-topology.ts';
import { rejectionOf } from '../../rejection.ts';
import { awsRig, node1, node2, vpcId } from './aws-rig.ts';

const ip = '10.0.1.200';

async function ec2Rig(t: Test, ...rest: Parameters<typeof awsRig> extends [Test, ...infer R] ? R : never) {
  const { cloud, aws, live } = await awsRig(t, ...rest);
  const write = { ...live, timeoutMs: 1_000, reassign: true, beforeSend: () => {} };
  const sent = (operation: string) => cloud.calls.all((call) => call.operation === operation).length;
  return { cloud, aws, ec2: aws.addresses, live, write, sent };
}

test('moves an address between nodes in one call and finds who holds it', async (t) => {
  const { cloud, ec2, live, write, sent } = await ec2Rig(t);
  t.equal(await ec2.findHolder(ip, { vpcId }, live), undefined, 'nobody at first');
  await ec2.assign(node1.interfaceId, ip, write);
  await ec2.assign(node2.interfaceId, ip, write);
  t.equal(cloud.ec2.holderOf(ip), node2.interfaceId);
  t.equal(sent('AssignPrivateIpAddresses'), 2);
  t.match(await ec2.findHolder(ip, {}, live), {
    id: node2.interfaceId,
    vpcId,
    zone: 'us-east-1a',
    primaryIp: node2.primaryIp,
    addresses: [node2.primaryIp, ip],
    instanceId: 'i-00000000000000002',
    deviceIndex: 0,
    tags: { 'firecamp-cluster': 'demo' },
  });
  t.equal(await ec2.findHolder(ip, { vpcId: 'vpc-00000000000000009' }, live), undefined, 'not in another VPC');
});

test('looks for the holder in this node’s VPC when it is told of none, also where another VPC has the same addresses', async (t) => {
  const demo = demoTopology();
  const subnetId = 'subnet-0000000000000000f';
  const twin = {
    id: 'i-0000000000000000f',
    type: 'm5.large',
    interfaces: [
      {
        id: 'eni-0000000000000000f',
        mac: '02:00:00:00:00:0f',
        subnetId,
        primaryIp: node1.primaryIp,
        secondaryIps: [ip],
        deviceIndex: 0,
      },
    ],
  };
  const otherVpc = 'vpc-0000000000000000f';
  const { ec2, live, cloud } = await ec2Rig(t, {
    vpcs: [...demo.vpcs, { id: otherVpc, cidr: '10.0.0.0/16' }],
    subnets: [...demo.subnets, { id: subnetId, vpcId: otherVpc, cidr: '10.0.1.0/24', zone: 'us-east-1a' }],
    instances: [...demo.instances, twin],
  });
  t.equal(await ec2.findHolder(ip, {}, live), undefined, 'only the other VPC has it');
  t.match(await ec2.findHolder(ip, { vpcId: otherVpc }, live), { id: 'eni-0000000000000000f' });
  t.match(await ec2.findHolder(node1.primaryIp, {}, live), { id: node1.interfaceId }, 'both have it');
  const vpcAsked = () => cloud.calls.all((call) => call.operation.endsWith('/vpc-id')).length;
  const before = vpcAsked();
  const [, holder] = await Promise.all([ec2.findByMac([node1.mac], live), ec2.findHolder(node1.primaryIp, {}, live)]);
  t.match(holder, { id: node1.interfaceId });
  t.equal(vpcAsked(), before, 'a look for this node’s interfaces tells it at no cost');
});

test('finds interfaces by MAC, however it is written, and by id', async (t) => {
  const { ec2, live, sent } = await ec2Rig(t);
  const found = await ec2.findByMac(['02:00:00:00:00:01', '02:00:00:00:00:0F'], live);
  t.strictSame(
    found.map((one) => one.id),
    [node1.interfaceId],
  );
  t.strictSame(await ec2.findByMac([], live), []);
  t.equal(sent('DescribeNetworkInterfaces'), 1, 'nothing is asked about no MAC');
  t.match(await ec2.describe(node2.interfaceId, live), { primaryIp: node2.primaryIp });
  t.equal(await ec2.describe('eni-0000000000000dead', live), undefined);
});

test('tells how many addresses an interface of the instance type can have', async (t) => {
  const { ec2, live } = await ec2Rig(t);
  t.equal(await ec2.addressesPerInterface('m5.large', live), 10);
  t.match(await rejectionOf(ec2.addressesPerInterface('m5.nonsense', live)), { code: 'FC-AWS-004', effect: 'none' });
});

test('says notHeld of an address that the interface does not have, and takes a held one off', async (t) => {
  const { cloud, ec2, write } = await ec2Rig(t);
  t.equal(await ec2.unassign(node1.interfaceId, ip, write), 'notHeld');
  await ec2.assign(node1.interfaceId, ip, write);
  t.equal(await ec2.unassign(node2.interfaceId, ip, write), 'notHeld', 'held by another interface');
  t.equal(cloud.ec2.holderOf(ip), node1.interfaceId);
  t.equal(await ec2.unassign(node1.interfaceId, ip, write), 'done');
  t.equal(cloud.ec2.holderOf(ip), undefined);
  t.match(await rejectionOf(ec2.unassign(node1.interfaceId, node1.primaryIp, write)), {
    code: 'FC-AWS-004',
    refusal: 'invalid',
  });
});

test('tells the refusals of an address apart', async (t) => {
  const { ec2, write } = await ec2Rig(t);
  const refused = (id: string, address: string) => rejectionOf(ec2.assign(id, address, write));
  t.match(await refused('eni-0000000000000dead', ip), { refusal: 'interfaceGone', code: 'FC-AWS-004' });
  t.match(await refused(node1.interfaceId, node2.primaryIp), { refusal: 'invalid' }, 'a primary address');
  t.match(await refused(node1.interfaceId, '10.0.2.200'), { refusal: 'invalid' }, 'another subnet');
  for (let n = 0; n < 9; n += 1) await ec2.assign(node1.interfaceId, `10.0.1.${200 + n}`, write);
  t.match(await refused(node1.interfaceId, '10.0.1.210'), { refusal: 'limitReached', code: 'FC-ENI-004', exitCode: 5 });
});

test('retries a read over throttling, a server error and a cut connection', async (t) => {
  const { cloud, ec2, live, sent } = await ec2Rig(t);
  for (const kind of ['throttle', 'server-error', 'cut', 'lose-reply'] as const) {
    const before = sent('DescribeNetworkInterfaces');
    cloud.faults.add({ operation: 'DescribeNetworkInterfaces', times: 1 }, { kind });
    t.match(await ec2.findHolder(node1.primaryIp, { vpcId }, live), { id: node1.interfaceId }, kind);
    t.equal(sent('DescribeNetworkInterfaces') - before, 2, `two requests over ${kind}`);
  }
});

test('never says that nobody holds an address when the reply cannot be read', async (t) => {
  const { cloud, ec2, live } = await ec2Rig(t);
  for (const kind of ['garbage', 'truncated'] as const) {
    const rule = cloud.faults.add({ operation: 'DescribeNetworkInterfaces' }, { kind });
    const error = await rejectionOf(ec2.findHolder(ip, { vpcId }, live));
    t.match(error, { name: /^Aws(ReplyMalformed|Unavailable)$/, transient: true, effect: 'unknown' }, kind);
    rule.remove();
  }
});

test('sends an assignment once, and says what effect it may have had', async (t) => {
  const cases = [
    ['throttle', { code: 'FC-AWS-002', effect: 'none', transient: true }],
    ['server-error', { code: 'FC-AWS-003', effect: 'unknown', transient: true }],
    ['cut', { code: 'FC-AWS-003', effect: 'unknown' }],
    ['lose-reply', { code: 'FC-AWS-003', effect: 'unknown' }],
    ['no-reply', { code: 'FC-AWS-003', effect: 'unknown' }],
    ['slow-body', { code: 'FC-AWS-003', effect: 'unknown' }],
    ['garbage', { code: 'FC-AWS-006', effect: 'unknown' }],
    ['truncated', { effect: 'unknown' }],
    ['huge', { effect: 'unknown' }],
  ] as const;
  const { cloud, aws, ec2, live, write, sent } = await ec2Rig(t);
  await aws.prepare(live);
  for (const [kind, expected] of cases) {
    for (const [operation, call] of [
      ['AssignPrivateIpAddresses', () => ec2.assign(node1.interfaceId, ip, { ...write, timeoutMs: 300 })],
      ['UnassignPrivateIpAddresses', () => ec2.unassign(node1.interfaceId, ip, { ...write, timeoutMs: 300 })],
    ] as const) {
      const held = cloud.ec2.interface(node1.interfaceId);
      if (held) cloud.ec2.setAddresses(held, [node1.primaryIp, ip]);
      const before = sent(operation);
      const rule = cloud.faults.add({ operation }, { kind });
      t.match(await rejectionOf(call()), expected, `${operation} over ${kind}`);
      t.equal(sent(operation) - before, 1, `one ${operation} over ${kind}`);
      rule.remove();
    }
  }
});

test('knows that nothing was changed where nobody listens', async (t) => {
  const { ec2, write } = await ec2Rig(t);
  const [closed] = await freePorts(1);
  process.env['AWS_ENDPOINT_URL_EC2'] = `http://127.0.0.1:${closed}`;
  t.match(await rejectionOf(ec2.assign(node1.interfaceId, ip, write)), {
    code: 'FC-AWS-003',
    effect: 'none',
    transient: true,
    message: /ECONNREFUSED/,
  });
});

test('takes an address from nobody when it is told not to', async (t) => {
  const { cloud, ec2, write } = await ec2Rig(t);
  const polite = { ...write, reassign: false };
  await ec2.assign(node1.interfaceId, ip, polite);
  t.match(await rejectionOf(ec2.assign(node2.interfaceId, ip, polite)), { refusal: 'invalid' });
  t.equal(cloud.ec2.holderOf(ip), node1.interfaceId);
});

test('asks beforeSend when credentials and connection are there, and sends nothing when it throws', async (t) => {
  const { cloud, ec2, write, sent } = await ec2Rig(t);
  const refusal = Object.freeze(new Error('too late'));
  let credentialsThen = false;
  const beforeSend = () => {
    credentialsThen = cloud.calls.all((call) => call.operation.includes('security-credentials/demo-node')).length === 1;
    throw refusal;
  };
  t.equal(await rejectionOf(ec2.assign(node1.interfaceId, ip, { ...write, beforeSend })), refusal, 'the same error');
  t.equal(await rejectionOf(ec2.unassign(node1.interfaceId, ip, { ...write, beforeSend })), refusal);
  t.ok(credentialsThen);
  t.equal(sent('AssignPrivateIpAddresses') + sent('UnassignPrivateIpAddresses'), 0);
  await ec2.assign(node1.interfaceId, ip, write);
  t.equal(cloud.ec2.holderOf(ip), node1.interfaceId, 'the connection that was refused does not get in the way');
});

test('stops waiting when its caller does, with the caller’s reason', async (t) => {
  const { cloud, ec2, live, write } = await ec2Rig(t);
  const stop = new AbortController();
  const held = cloud.faults.hold({ operation: 'AssignPrivateIpAddresses' });
  const asked = rejectionOf(ec2.assign(node1.interfaceId, ip, { ...write, timeoutMs: 60_000, signal: stop.signal }));
  await held.reached;
  stop.abort(new Error('TERM'));
  t.match(await asked, { name: 'Interrupted', cause: { message: 'TERM' } });
  t.match(await rejectionOf(ec2.findHolder(ip, {}, { signal: stop.signal })), { name: 'Interrupted' });
  held.drop();
  t.equal(await ec2.findHolder(ip, {}, live), undefined);
});

test('names the action and the identity that lacks a permission', async (t) => {
  const policy = { Statement: { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' } } as const;
  const arn = 'arn:aws:iam::111122223333:role/demo-node';
  const { cloud, ec2, write } = await ec2Rig(t, { roles: [{ name: 'demo-node', arn, policy }] });
  t.match(await rejectionOf(ec2.assign(node1.interfaceId, ip, write)), {
    code: 'FC-AWS-001',
    effect: 'none',
    transient: false,
    fields: { action: 'ec2:AssignPrivateIpAddresses' },
    message: /ec2:AssignPrivateIpAddresses/,
  });
  const words = `You are not authorized to perform this operation. User: ${arn} is not authorized to perform: x. Encoded authorization failure message: ${'A'.repeat(2000)}`;
  cloud.faults.add({ service: 'ec2' }, { kind: 'error', status: 403, code: 'UnauthorizedOperation', message: words });
  const error = await rejectionOf(ec2.assign(node1.interfaceId, ip, write));
  t.match(error, { fields: { identity: arn }, message: new RegExp(`^${arn} may not ec2:Assign`) });
  t.notMatch(error, { message: /AAAA/ }, 'without the encoded part');
});

test('follows the clock of AWS where this machine’s is wrong: reads at once, a change at its next try', async (t) => {
  const clock = { ...realClock, now: () => realClock.now() + 600_000 };
  const { cloud, ec2, live, write } = await ec2Rig(t, {}, {}, { clock });
  t.match(await ec2.findHolder(node1.primaryIp, {}, live), { id: node1.interfaceId });
  const refused = await rejectionOf(ec2.assign(node1.interfaceId, ip, write));
  t.match(refused, { effect: 'none', transient: true, message: /RequestExpired/ });
  await ec2.assign(node1.interfaceId, ip, write);
  t.equal(cloud.ec2.holderOf(ip), node1.interfaceId);
});
