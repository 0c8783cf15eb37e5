import { test } from 'tap';
import { rejectionOf } from '../../rejection.ts';
import { node1, node2, vpcId } from './aws-rig.ts';
import { orchestratorRig } from './orchestrator-rig.ts';

const subnetA = 'subnet-0000000000000000a';
const tags = { 'firecamp-cluster': 'demo', 'firecamp-cluster-uid': '7d1c' };

test('lists the subnets of the VPC and of no other', async (t) => {
  const far = { id: 'vpc-00000000000000002', cidr: '10.9.0.0/16' };
  const { aws, live } = await orchestratorRig(t, {
    vpcs: [{ id: vpcId, cidr: '10.0.0.0/16' }, far],
    subnets: [
      { id: subnetA, vpcId, cidr: '10.0.1.0/24', zone: 'us-east-1a', tags: { tier: 'data' } },
      { id: 'subnet-0000000000000000b', vpcId, cidr: '10.0.2.0/24', zone: 'us-east-1b' },
      { id: 'subnet-0000000000000000c', vpcId: far.id, cidr: '10.9.1.0/24', zone: 'us-east-1a' },
    ],
  });
  const found = (await aws.subnets.list(vpcId, live)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  t.strictSame(found, [
    // 256 less the five that AWS keeps and the primaries of the nodes.
    { id: subnetA, vpcId, zone: 'us-east-1a', cidr: '10.0.1.0/24', freeAddresses: 249, tags: { tier: 'data' } },
    {
      id: 'subnet-0000000000000000b',
      vpcId,
      zone: 'us-east-1b',
      cidr: '10.0.2.0/24',
      freeAddresses: 250,
      tags: {},
    },
  ]);
});

test('reserves a range with its tags, finds it again and gives it back', async (t) => {
  const { aws, live } = await orchestratorRig(t, { reservations: [] });
  t.strictSame(await aws.subnets.reservations(subnetA, live), []);
  const made = await aws.subnets.reserve(subnetA, '10.0.1.64/27', tags, live);
  t.match(made, { subnetId: subnetA, cidr: '10.0.1.64/27', kind: 'explicit', tags });
  t.strictSame(await aws.subnets.reservations(subnetA, live), [made]);
  t.strictSame(await aws.subnets.reservations('subnet-0000000000000000b', live), []);
  t.equal(await aws.subnets.unreserve(made.id, live), 'done');
  t.equal(await aws.subnets.unreserve(made.id, live), 'gone');
  t.strictSame(await aws.subnets.reservations(subnetA, live), []);
});

test('finds the reservation whose reply was lost, and is refused a second one of the range', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t, { reservations: [] });
  cloud.faults.add({ operation: 'CreateSubnetCidrReservation', times: 1 }, { kind: 'lose-reply' });
  const reserve = () => rejectionOf(aws.subnets.reserve(subnetA, '10.0.1.64/27', tags, live));
  t.match(await reserve(), { code: 'FC-AWS-003', effect: 'unknown', transient: true });
  t.match(await aws.subnets.reservations(subnetA, live), [{ cidr: '10.0.1.64/27', tags }]);
  t.match(await reserve(), { code: 'FC-AWS-004', effect: 'none', transient: false, message: /overlaps/ });
});

test('does not take a reply that says nothing for a range given back', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  cloud.faults.add({ operation: 'DeleteSubnetCidrReservation', times: 1 }, { kind: 'garbage' });
  const failure = await rejectionOf(aws.subnets.unreserve('scr-0000000000000000a', live));
  t.match(failure, { code: 'FC-AWS-006', effect: 'unknown' });
});

test('names what the interfaces of the subnet hold over throttling, and nothing of another subnet', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  cloud.ec2.launchStranger(subnetA, { wantIp: '10.0.1.77' });
  cloud.faults.add({ operation: 'DescribeNetworkInterfaces', times: 1 }, { kind: 'throttle' });
  const taken = await aws.subnets.taken(subnetA, live);
  t.strictSame(taken.addresses.toSorted(), [node1.primaryIp, node2.primaryIp, '10.0.1.77']);
  t.strictSame(taken.prefixes, []);
});

test('names every address of a subnet with more interfaces than a reply holds', async (t) => {
  const wide = { id: subnetA, vpcId, cidr: '10.0.0.0/21', zone: 'us-east-1a' };
  const { cloud, aws, live } = await orchestratorRig(t, { subnets: [wide], reservations: [], instances: [] });
  const wanted = Array.from({ length: 1003 }, (_, n) => `10.0.${1 + Math.floor(n / 250)}.${n % 250}`);
  for (const wantIp of wanted) cloud.ec2.launchStranger(subnetA, { wantIp });
  const taken = await aws.subnets.taken(subnetA, live);
  t.strictSame(taken.addresses.toSorted(), wanted.toSorted());
  t.equal(cloud.calls.all((call) => call.operation === 'DescribeNetworkInterfaces').length, 2);
});

test('names the prefixes delegated to a node', async (t) => {
  const instance = {
    id: 'i-00000000000000001',
    type: 'm5.large',
    roleName: 'demo-node',
    interfaces: [
      {
        id: node1.interfaceId,
        mac: node1.mac,
        subnetId: subnetA,
        primaryIp: node1.primaryIp,
        secondaryIps: ['10.0.1.200'],
        prefixes: ['10.0.1.32/28'],
        deviceIndex: 0,
      },
    ],
  };
  const { aws, live } = await orchestratorRig(t, { instances: [instance] });
  const taken = await aws.subnets.taken(subnetA, live);
  t.strictSame(taken, { addresses: [node1.primaryIp, '10.0.1.200'], prefixes: ['10.0.1.32/28'] });
});
