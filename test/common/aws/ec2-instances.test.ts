import { test } from 'tap';
import { demoTopology } from '../../cloud/demo-topology.ts';
import { rejectionOf } from '../../rejection.ts';
import { node1, node2, vpcId } from './aws-rig.ts';
import { orchestratorRig } from './orchestrator-rig.ts';

const subnetA = 'subnet-0000000000000000a';
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
const many = (n: number) => Array.from({ length: n }, (_, i) => `i-0abc${i}`);

test('describes the instances that exist, and leaves out the others', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  const second = 'i-00000000000000002';
  cloud.ec2.killInstance(second);
  const found = await aws.instances.describe([second, 'i-0123456789abcdef0', node1.instanceId], live);
  const common = { instanceType: 'm5.large', zone: 'us-east-1a', metadataHopLimit: 1 };
  t.strictSame(found.toSorted(byId), [
    {
      ...common,
      id: node1.instanceId,
      state: 'running',
      vpcId,
      tags: { Name: 'node-1', 'firecamp-cluster': 'demo' },
    },
    {
      ...common,
      id: second,
      state: 'terminated',
      vpcId: undefined,
      tags: { Name: 'node-2', 'firecamp-cluster': 'demo' },
    },
  ]);
});

test('asks for 200 instances at a time, and not at all for none', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  const ids = [...many(400), node1.instanceId];
  t.match(await aws.instances.describe(ids, live), [{ id: node1.instanceId }]);
  t.match(await aws.instances.interfaces(ids, live), [{ id: node1.interfaceId }]);
  const calls = (operation: string) => cloud.calls.all((call) => call.operation === operation).length;
  t.strictSame([calls('DescribeInstances'), calls('DescribeNetworkInterfaces')], [3, 3]);
  t.strictSame([await aws.instances.describe([], live), await aws.instances.interfaces([], live)], [[], []]);
  t.equal((await aws.instances.addressesPerInterface([], live)).size, 0);
  t.strictSame([calls('DescribeInstances'), calls('DescribeInstanceTypes')], [3, 0]);
});

test('finds every interface of the instances with its prefixes and tags, behind the first page too', async (t) => {
  const interfaces = [0, 1, 2].map((n) => ({
    id: `eni-0000000000000010${n}`,
    mac: `02:00:00:00:01:0${n}`,
    subnetId: subnetA,
    primaryIp: `10.0.1.${40 + n}`,
    deviceIndex: n,
    ...(n === 1 && { prefixes: ['10.0.1.64/28'], tags: { 'firecamp-worker': 'demo' } }),
  }));
  const instances = [{ id: 'i-00000000000000009', type: 'm5.large', interfaces }, ...demoTopology().instances];
  const { cloud, aws, live } = await orchestratorRig(t, { instances });
  const found = await aws.instances.interfaces(['i-00000000000000009'], live);
  t.match(found.toSorted(byId), [
    { id: interfaces[0]?.id, prefixCount: 0, deviceIndex: 0, instanceId: 'i-00000000000000009' },
    { id: interfaces[1]?.id, prefixCount: 1, deviceIndex: 1, tags: { 'firecamp-worker': 'demo' } },
    { id: interfaces[2]?.id, primaryIp: '10.0.1.42', deviceIndex: 2 },
  ]);
  t.equal(found.length, 3);
  cloud.faults.add({ operation: 'DescribeNetworkInterfaces', times: 1 }, { kind: 'garbage' });
  t.match(await rejectionOf(aws.instances.interfaces(['i-00000000000000009'], live)), { code: 'FC-AWS-006' });
});

test('tells how many addresses the types take, and leaves out a type that EC2 does not know', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  const limits = await aws.instances.addressesPerInterface(['m5.large', 't3.micro', 'x9.none', 'm5.large'], live);
  t.strictSame([...limits].toSorted(), [
    ['m5.large', 10],
    ['t3.micro', 2],
  ]);
  t.equal(cloud.calls.all((call) => call.operation === 'DescribeInstanceTypes').length, 1);
});

test('rejects what it may not read, and does not call it empty', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  for (const operation of ['DescribeInstances', 'DescribeInstanceTypes', 'DescribeNetworkInterfaces']) {
    cloud.faults.add({ operation }, { kind: 'error', status: 403, code: 'UnauthorizedOperation', message: 'no' });
  }
  const denied = { code: 'FC-AWS-001', effect: 'none' };
  t.match(await rejectionOf(aws.instances.describe([node1.instanceId], live)), denied);
  t.match(await rejectionOf(aws.instances.interfaces([node2.interfaceId], live)), denied);
  t.match(await rejectionOf(aws.instances.addressesPerInterface(['m5.large'], live)), denied);
});
