import { test } from 'tap';
import { rejectionOf } from '../../rejection.ts';
import { node1, node2, vpcId } from './aws-rig.ts';
import { orchestratorRig } from './orchestrator-rig.ts';

const members = ['10.0.1.200', '10.0.1.201'];

/** The rig with the members' addresses on the first node, and how often an operation was called. */
async function heldRig(t: Parameters<typeof orchestratorRig>[0], ...parts: [] | [object]) {
  const rig = await orchestratorRig(t, ...parts);
  const first = rig.cloud.ec2.interface(node1.interfaceId);
  if (first === undefined) throw new Error('the account has node 1');
  rig.cloud.ec2.setAddresses(first, [node1.primaryIp, ...members]);
  const send = { ...rig.live, timeoutMs: 2_000, beforeSend: () => {} };
  const calls = (operation: string) => rig.cloud.calls.all((call) => call.operation === operation).length;
  return { ...rig, send, calls, held: () => rig.cloud.ec2.interface(node1.interfaceId)?.addresses };
}

test('tells who holds each address that anybody holds, primary or secondary', async (t) => {
  const { aws, live, calls } = await heldRig(t);
  const asked = [...members, node2.primaryIp, '10.0.1.250'];
  const holders = await aws.heldAddresses.holders(asked, vpcId, live);
  t.strictSame([...holders].map(([ip, { id }]) => [ip, id]).toSorted(), [
    [node2.primaryIp, node2.interfaceId],
    ...members.map((ip) => [ip, node1.interfaceId]),
  ]);
  t.equal(calls('DescribeNetworkInterfaces'), 1);
});

test('asks for 200 addresses at a time, and knows an interface again that is in two replies', async (t) => {
  const { aws, live, calls } = await heldRig(t);
  const others = Array.from({ length: 250 }, (_, n) => `10.0.9.${n}`);
  const holders = await aws.heldAddresses.holders([members[0] ?? '', ...others, members[1] ?? ''], vpcId, live);
  t.strictSame([...holders.keys()].toSorted(), members);
  t.equal(calls('DescribeNetworkInterfaces'), 2);
  t.equal((await aws.heldAddresses.holders([], vpcId, live)).size, 0);
  t.equal(calls('DescribeNetworkInterfaces'), 2);
});

test('does not take the same address of another VPC for the member’s', async (t) => {
  const { aws, live } = await heldRig(t);
  t.equal((await aws.heldAddresses.holders(members, 'vpc-00000000000000002', live)).size, 0);
});

test('takes several addresses off an interface in one request', async (t) => {
  const { aws, send, calls, held } = await heldRig(t);
  t.equal(await aws.heldAddresses.unassign(node1.interfaceId, members, send), 'done');
  t.strictSame(held(), [node1.primaryIp]);
  t.equal(calls('UnassignPrivateIpAddresses'), 1);
});

test('takes none when the interface lacks one or is gone, and says so', async (t) => {
  const { aws, send, held } = await heldRig(t);
  t.equal(await aws.heldAddresses.unassign(node1.interfaceId, [...members, '10.0.1.250'], send), 'notHeld');
  t.strictSame(held(), [node1.primaryIp, ...members]);
  t.equal(await aws.heldAddresses.unassign('eni-0123456789abcdef0', members, send), 'notHeld');
});

test('rejects a primary address: the interface holds it and keeps it', async (t) => {
  const { aws, send, held } = await heldRig(t);
  const refused = await rejectionOf(aws.heldAddresses.unassign(node1.interfaceId, [node1.primaryIp], send));
  t.match(refused, { code: 'FC-AWS-004', effect: 'none', message: /primary/ });
  t.strictSame(held(), [node1.primaryIp, ...members]);
});

test('sends an unassign once, and not at all when it is too late', async (t) => {
  const { cloud, aws, send, calls } = await heldRig(t);
  const late = new Error('too late');
  const beforeSend = () => {
    throw late;
  };
  const stopped = await rejectionOf(aws.heldAddresses.unassign(node1.interfaceId, members, { ...send, beforeSend }));
  t.equal(stopped, late);
  t.equal(calls('UnassignPrivateIpAddresses'), 0);
  cloud.faults.add({ operation: 'UnassignPrivateIpAddresses', times: 1 }, { kind: 'lose-reply' });
  const lost = await rejectionOf(aws.heldAddresses.unassign(node1.interfaceId, members, send));
  t.match(lost, { code: 'FC-AWS-003', effect: 'unknown' });
  t.equal(calls('UnassignPrivateIpAddresses'), 1);
  t.equal(await aws.heldAddresses.unassign(node1.interfaceId, members, send), 'notHeld', 'it had been done');
});
