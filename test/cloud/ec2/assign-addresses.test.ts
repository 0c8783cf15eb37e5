import {
  AssignPrivateIpAddressesCommand,
  DescribeNetworkInterfacesCommand,
  UnassignPrivateIpAddressesCommand,
} from '@aws-sdk/client-ec2';
import t, { type Test } from 'tap';
import { startCloud } from '../cloud.ts';
import { demoTopology } from '../demo-topology.ts';
import { ec2Client } from './sdk.ts';

const node1 = 'eni-00000000000000001';
const node2 = 'eni-00000000000000002';
const node3 = 'eni-00000000000000003';

async function account(test: Test) {
  const cloud = await startCloud(demoTopology());
  const client = ec2Client(cloud);
  test.teardown(async () => {
    client.destroy();
    await cloud.close();
  });
  const assign = (NetworkInterfaceId: string, ips: string[], AllowReassignment = true) =>
    client.send(
      new AssignPrivateIpAddressesCommand({ NetworkInterfaceId, PrivateIpAddresses: ips, AllowReassignment }),
    );
  const unassign = (NetworkInterfaceId: string, ips: string[]) =>
    client.send(new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId, PrivateIpAddresses: ips }));
  return { cloud, client, assign, unassign };
}

t.test('assigns a free address and names it in the reply', async (test) => {
  const { cloud, assign } = await account(test);
  const reply = await assign(node1, ['10.0.1.200']);
  test.equal(reply.NetworkInterfaceId, node1);
  test.strictSame(reply.AssignedPrivateIpAddresses, [{ PrivateIpAddress: '10.0.1.200' }]);
  test.equal(cloud.ec2.holderOf('10.0.1.200'), node1);
});

t.test('moves an address in one step, so that it is never free and never on two interfaces', async (test) => {
  const { cloud, assign } = await account(test);
  await assign(node1, ['10.0.1.200']);
  const holders: (string | undefined)[] = [];
  cloud.ec2.onAddressChange((move) => {
    holders.push(cloud.ec2.holderOf(move.ip));
    test.equal(cloud.ec2.interfaces().filter((item) => item.addresses.includes(move.ip)).length, 1);
  });
  await assign(node2, ['10.0.1.200']);
  test.strictSame(holders, [node2]);
  test.match(cloud.ec2.events.at(-1), { ip: '10.0.1.200', from: node1, to: node2 });
});

t.test('refuses to move a held address without AllowReassignment', async (test) => {
  const { cloud, assign } = await account(test);
  await assign(node1, ['10.0.1.200']);
  await test.rejects(assign(node2, ['10.0.1.200'], false), {
    name: 'InvalidParameterValue',
    message: /move is not allowed/,
  });
  test.equal(cloud.ec2.holderOf('10.0.1.200'), node1);
});

t.test('refuses to move the primary address of another interface even with AllowReassignment', async (test) => {
  const { assign } = await account(test);
  await test.rejects(assign(node1, ['10.0.1.12']), { name: 'InvalidParameterValue' });
});

t.test('assigns none of several addresses when one of them is bad', async (test) => {
  const { cloud, assign } = await account(test);
  for (const bad of ['10.0.2.200', '10.0.1.3', '10.0.1.255', '10.0.1.12', 'not-an-address']) {
    await test.rejects(assign(node1, ['10.0.1.200', bad]), { name: 'InvalidParameterValue' }, bad);
  }
  test.equal(cloud.ec2.holderOf('10.0.1.200'), undefined);
});

t.test('refuses the address that would be one too many for the instance type', async (test) => {
  const { cloud, assign } = await account(test);
  await assign(
    node3,
    Array.from({ length: 9 }, (_, i) => `10.0.2.${200 + i}`),
  );
  await test.rejects(assign(node3, ['10.0.2.220']), { name: 'PrivateIpAddressLimitExceeded' });
  await test.resolves(assign(node3, ['10.0.2.200']), 'an address it has already takes no slot');
  test.equal(cloud.ec2.interface(node3)?.addresses.length, 10);
});

t.test('picks free addresses outside reservations when only a number is asked for', async (test) => {
  const { client, cloud } = await account(test);
  const reply = await client.send(
    new AssignPrivateIpAddressesCommand({ NetworkInterfaceId: node1, SecondaryPrivateIpAddressCount: 3 }),
  );
  const picked = reply.AssignedPrivateIpAddresses?.map((item) => item.PrivateIpAddress);
  test.strictSame(picked, ['10.0.1.4', '10.0.1.5', '10.0.1.6']);
  test.equal(cloud.ec2.holderOf('10.0.1.6'), node1);
});

t.test('counts a delegated prefix as a slot, and gives none of its addresses to others', async (test) => {
  const topology = demoTopology();
  const instances = topology.instances.map((item) => ({
    ...item,
    interfaces: item.interfaces.map((each) => ({ ...each, ...(each.id === node1 && { prefixes: ['10.0.1.208/28'] }) })),
  }));
  const cloud = await startCloud({ ...topology, instances });
  const client = ec2Client(cloud);
  test.teardown(async () => {
    client.destroy();
    await cloud.close();
  });
  const assign = (NetworkInterfaceId: string, PrivateIpAddresses: string[]) =>
    client.send(
      new AssignPrivateIpAddressesCommand({ NetworkInterfaceId, PrivateIpAddresses, AllowReassignment: true }),
    );
  const nine = Array.from({ length: 9 }, (_, i) => `10.0.1.${195 + i}`);
  await test.rejects(assign(node1, nine), { name: 'PrivateIpAddressLimitExceeded' });
  await test.resolves(assign(node1, nine.slice(1)));
  await test.rejects(assign(node2, ['10.0.1.210']), { name: 'InvalidParameterValue' });
  const described = await client.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [node1] }));
  test.strictSame(described.NetworkInterfaces?.[0]?.Ipv4Prefixes, [{ Ipv4Prefix: '10.0.1.208/28' }]);
});

t.test('refuses IPv4 addresses for an interface in an IPv6-only subnet', async (test) => {
  const topology = demoTopology();
  const cloud = await startCloud({
    ...topology,
    instances: topology.instances.map((item) => ({ ...item, ipv6Only: true })),
  });
  const client = ec2Client(cloud);
  test.teardown(async () => {
    client.destroy();
    await cloud.close();
  });
  const { NetworkInterfaces } = await client.send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [node1] }),
  );
  test.match(NetworkInterfaces, [{ PrivateIpAddress: undefined }]);
  const input = { NetworkInterfaceId: node1, PrivateIpAddresses: ['10.0.1.200'] };
  await test.rejects(client.send(new AssignPrivateIpAddressesCommand(input)), /no IPv4/);
});

t.test('refuses an interface that is not there', async (test) => {
  const { assign } = await account(test);
  await test.rejects(assign('eni-0ffffffffffffffff', ['10.0.1.200']), { name: 'InvalidNetworkInterfaceID.NotFound' });
});

t.test('unassigns a secondary address', async (test) => {
  const { cloud, assign, unassign } = await account(test);
  await assign(node1, ['10.0.1.200', '10.0.1.201']);
  await unassign(node1, ['10.0.1.200']);
  test.equal(cloud.ec2.holderOf('10.0.1.200'), undefined);
  test.equal(cloud.ec2.holderOf('10.0.1.201'), node1);
  test.match(cloud.ec2.events.at(-1), { ip: '10.0.1.200', from: node1, to: undefined });
});

t.test('unassigns nothing that is elsewhere, free, or the primary', async (test) => {
  const { cloud, assign, unassign } = await account(test);
  await assign(node1, ['10.0.1.200']);
  await assign(node2, ['10.0.1.201']);
  for (const bad of ['10.0.1.201', '10.0.1.230', '10.0.1.11']) {
    await test.rejects(unassign(node1, ['10.0.1.200', bad]), { name: 'InvalidParameterValue' }, bad);
  }
  test.equal(cloud.ec2.holderOf('10.0.1.200'), node1);
});

t.test('shows a move only after the visibility delay', async (test) => {
  const { client, cloud, assign } = await account(test);
  cloud.ec2.visibilityDelayMs = 3_600_000;
  await assign(node1, ['10.0.1.200']);
  const holders = async () => {
    const Filters = [{ Name: 'addresses.private-ip-address', Values: ['10.0.1.200'] }];
    const reply = await client.send(new DescribeNetworkInterfacesCommand({ Filters }));
    return reply.NetworkInterfaces?.map((item) => item.NetworkInterfaceId);
  };
  test.strictSame(await holders(), []);
  cloud.ec2.visibilityDelayMs = 0;
  test.strictSame(await holders(), [node1]);
});
