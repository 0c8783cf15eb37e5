import {
  AssignPrivateIpAddressesCommand,
  DescribeNetworkInterfacesCommand,
  TerminateInstancesCommand,
  UnassignPrivateIpAddressesCommand,
} from '@aws-sdk/client-ec2';
import type { Ec2Case, Ec2Node, Ec2Place } from './ec2-place.ts';

const ip = '10.0.1.200';

function assign({ client }: Ec2Place, node: Ec2Node, ips: string[], AllowReassignment = true) {
  const input = { NetworkInterfaceId: node.interfaceId, PrivateIpAddresses: ips, AllowReassignment };
  return client.send(new AssignPrivateIpAddressesCommand(input));
}

function unassign({ client }: Ec2Place, node: Ec2Node, ips: string[]) {
  const input = { NetworkInterfaceId: node.interfaceId, PrivateIpAddresses: ips };
  return client.send(new UnassignPrivateIpAddressesCommand(input));
}

/** The secondary addresses that Describe shows, sorted. */
async function secondaries({ client }: Ec2Place, node: Ec2Node): Promise<(string | undefined)[]> {
  const input = { NetworkInterfaceIds: [node.interfaceId] };
  const { NetworkInterfaces: [found] = [] } = await client.send(new DescribeNetworkInterfacesCommand(input));
  const all = found?.PrivateIpAddresses?.filter((item) => item.Primary === false) ?? [];
  return all.map((item) => item.PrivateIpAddress).sort();
}

/** The interfaces that Describe finds by an address, whichever its place on them. */
async function holders({ client, vpcId }: Ec2Place, address: string): Promise<(string | undefined)[]> {
  const Filters = [
    { Name: 'addresses.private-ip-address', Values: [address] },
    { Name: 'vpc-id', Values: [vpcId] },
  ];
  const reply = await client.send(new DescribeNetworkInterfacesCommand({ Filters }));
  return reply.NetworkInterfaces?.map((item) => item.NetworkInterfaceId) ?? [];
}

/** AssignPrivateIpAddresses and UnassignPrivateIpAddresses. */
export const addressCases: readonly Ec2Case[] = [
  {
    title: 'assigns free addresses as secondaries and shows them',
    async run(t, place) {
      const [node] = place.nodes;
      const reply = await assign(place, node, [ip, '10.0.1.201']);
      t.equal(reply.NetworkInterfaceId, node.interfaceId);
      t.strictSame(await secondaries(place, node), [ip, '10.0.1.201']);
    },
  },
  {
    title: 'names the assigned addresses in the reply',
    async run(t, place) {
      const reply = await assign(place, place.nodes[0], [ip]);
      t.strictSame(reply.AssignedPrivateIpAddresses, [{ PrivateIpAddress: ip }]);
    },
  },
  {
    title: 'picks as many addresses as asked for',
    async run(t, place) {
      const [node] = place.nodes;
      const input = { NetworkInterfaceId: node.interfaceId, SecondaryPrivateIpAddressCount: 2 };
      await place.client.send(new AssignPrivateIpAddressesCommand(input));
      t.equal(new Set(await secondaries(place, node)).size, 2);
    },
  },
  {
    title: 'moves an address from another interface with AllowReassignment',
    async run(t, place) {
      await assign(place, place.nodes[0], [ip]);
      await assign(place, place.nodes[1], [ip]);
      t.strictSame(await secondaries(place, place.nodes[0]), []);
      t.strictSame(await secondaries(place, place.nodes[1]), [ip]);
    },
  },
  {
    title: 'leaves the address alone that it has already',
    async run(t, place) {
      await assign(place, place.nodes[0], [ip]);
      await assign(place, place.nodes[0], [ip]);
      t.strictSame(await secondaries(place, place.nodes[0]), [ip]);
    },
  },
  {
    title: 'refuses to move an address without AllowReassignment',
    async run(t, place) {
      await assign(place, place.nodes[0], [ip]);
      await t.rejects(assign(place, place.nodes[1], [ip], false), { name: 'InvalidParameterValue' });
      t.strictSame(await secondaries(place, place.nodes[1]), []);
    },
  },
  {
    title: 'refuses the primary address of another interface',
    async run(t, place) {
      await t.rejects(assign(place, place.nodes[1], [place.nodes[0].primaryIp]), { name: 'InvalidParameterValue' });
    },
  },
  {
    title: 'assigns none when one address is outside the subnet',
    async run(t, place) {
      await t.rejects(assign(place, place.nodes[0], [ip, '10.0.9.9']), { name: 'InvalidParameterValue' });
      t.strictSame(await secondaries(place, place.nodes[0]), []);
    },
  },
  {
    title: 'refuses more addresses than the instance type has room for',
    async run(t, place) {
      const ten = Array.from({ length: 10 }, (_, i) => `10.0.1.${200 + i}`);
      await t.rejects(assign(place, place.nodes[0], ten), { name: 'PrivateIpAddressLimitExceeded' });
    },
  },
  {
    title: 'refuses to assign to an interface that is not there',
    async run(t, place) {
      const absent = { ...place.nodes[0], interfaceId: 'eni-0123456789abcdef0' };
      await t.rejects(assign(place, absent, [ip]), { name: 'InvalidNetworkInterfaceID.NotFound' });
    },
  },
  {
    title: 'unassigns the addresses named and no other',
    async run(t, place) {
      await assign(place, place.nodes[0], [ip, '10.0.1.201']);
      await unassign(place, place.nodes[0], [ip]);
      t.strictSame(await secondaries(place, place.nodes[0]), ['10.0.1.201']);
    },
  },
  {
    title: 'refuses to unassign an address that the interface has not',
    async run(t, place) {
      await assign(place, place.nodes[1], [ip]);
      await t.rejects(unassign(place, place.nodes[0], [ip]), { name: 'InvalidParameterValue' });
      t.strictSame(await secondaries(place, place.nodes[1]), [ip]);
    },
  },
  {
    title: 'refuses to unassign a primary address',
    async run(t, place) {
      const [node] = place.nodes;
      await t.rejects(unassign(place, node, [node.primaryIp]), { name: 'InvalidParameterValue' });
    },
  },
  {
    title: 'finds the holder of a primary address',
    async run(t, place) {
      t.strictSame(await holders(place, place.nodes[1].primaryIp), [place.nodes[1].interfaceId]);
    },
  },
  {
    title: 'finds the holder of a secondary address',
    async run(t, place) {
      t.strictSame(await holders(place, ip), []);
      await assign(place, place.nodes[1], [ip]);
      t.strictSame(await holders(place, ip), [place.nodes[1].interfaceId]);
    },
  },
  {
    title: 'frees the addresses of a terminated instance',
    async run(t, place) {
      const [node] = place.nodes;
      await assign(place, node, [ip]);
      await place.client.send(new TerminateInstancesCommand({ InstanceIds: [node.instanceId] }));
      t.strictSame(await holders(place, node.primaryIp), []);
      t.strictSame(await holders(place, ip), []);
    },
  },
];
