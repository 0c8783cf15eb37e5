import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCidrReservationCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSubnetCidrReservationCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  DescribeVpcAttributeCommand,
  DetachNetworkInterfaceCommand,
  GetSubnetCidrReservationsCommand,
} from '@aws-sdk/client-ec2';
import type { Ec2Case, Ec2Place } from './ec2-place.ts';

async function found({ client }: Ec2Place, Name: string, ...Values: string[]): Promise<(string | undefined)[]> {
  const reply = await client.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name, Values }] }));
  return (reply.NetworkInterfaces ?? []).map((item) => item.NetworkInterfaceId).sort();
}

/** Everything around the addresses: interfaces, instances, subnets, reservations, tags. */
export const resourceCases: readonly Ec2Case[] = [
  {
    title: 'describes an interface with its attachment, MAC and subnet',
    async run(t, { client, nodes: [node], subnetId, vpcId }) {
      const reply = await client.send(
        new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [node.interfaceId] }),
      );
      t.match(reply.NetworkInterfaces, [
        {
          NetworkInterfaceId: node.interfaceId,
          PrivateIpAddress: node.primaryIp,
          SubnetId: subnetId,
          VpcId: vpcId,
          MacAddress: /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/,
          Status: 'in-use',
          Attachment: { InstanceId: node.instanceId, DeviceIndex: 0, Status: 'attached' },
        },
      ]);
    },
  },
  {
    title: 'finds interfaces by id, subnet, instance and tag',
    async run(t, place) {
      const [{ interfaceId, instanceId }, other] = place.nodes;
      await place.client.send(
        new CreateTagsCommand({ Resources: [interfaceId], Tags: [{ Key: 'case', Value: interfaceId }] }),
      );
      t.strictSame(await found(place, 'network-interface-id', interfaceId), [interfaceId]);
      t.strictSame(await found(place, 'subnet-id', place.subnetId), [interfaceId, other.interfaceId].sort());
      t.strictSame(await found(place, 'attachment.instance-id', instanceId), [interfaceId]);
      t.strictSame(await found(place, 'tag:case', interfaceId), [interfaceId]);
    },
  },
  {
    title: 'finds interfaces by MAC',
    async run(t, place) {
      const [{ interfaceId }] = place.nodes;
      const described = new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [interfaceId] });
      const mac = (await place.client.send(described)).NetworkInterfaces?.[0]?.MacAddress ?? '';
      t.strictSame(await found(place, 'mac-address', mac), [interfaceId]);
    },
  },
  {
    title: 'refuses a filter that does not exist',
    async run(t, place) {
      await t.rejects(found(place, 'no-such-filter', 'x'), { name: 'InvalidParameterValue' });
    },
  },
  {
    title: 'refuses to describe an interface that is not there',
    async run(t, { client }) {
      const absent = new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ['eni-0123456789abcdef0'] });
      await t.rejects(client.send(absent), { name: 'InvalidNetworkInterfaceID.NotFound' });
    },
  },
  {
    title: 'answers a dry run that is permitted with DryRunOperation',
    async run(t, { client }) {
      await t.rejects(client.send(new DescribeNetworkInterfacesCommand({ DryRun: true })), { name: 'DryRunOperation' });
    },
  },
  {
    title: 'describes a running instance with its type, zone and interface',
    async run(t, { client, nodes: [node], subnetId }) {
      const reply = await client.send(new DescribeInstancesCommand({ InstanceIds: [node.instanceId] }));
      t.match(reply.Reservations?.[0]?.Instances, [
        {
          InstanceId: node.instanceId,
          InstanceType: 'm5.large',
          State: { Name: 'running' },
          PrivateIpAddress: node.primaryIp,
          SubnetId: subnetId,
          Placement: { AvailabilityZone: 'us-east-1a' },
          NetworkInterfaces: [{ NetworkInterfaceId: node.interfaceId }],
        },
      ]);
    },
  },
  {
    title: 'refuses to describe an instance that is not there',
    async run(t, { client }) {
      const absent = new DescribeInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] });
      await t.rejects(client.send(absent), { name: 'InvalidInstanceID.NotFound' });
    },
  },
  {
    title:
      'leaves out an instance that is not there when it is asked for by filter, and tells the hop limit of the other',
    async run(t, { client, nodes: [node], vpcId }) {
      const Filters = [{ Name: 'instance-id', Values: ['i-0123456789abcdef0', node.instanceId] }];
      const reply = await client.send(new DescribeInstancesCommand({ Filters, MaxResults: 1000 }));
      const instances = reply.Reservations?.flatMap(({ Instances = [] }) => Instances);
      const MetadataOptions = { HttpPutResponseHopLimit: 1 };
      t.match(instances, [{ InstanceId: node.instanceId, VpcId: vpcId, MetadataOptions }]);
      t.equal(instances?.length, 1);
    },
  },
  {
    title: 'leaves out an instance type that does not exist when it is asked for by filter',
    async run(t, { client }) {
      const Filters = [{ Name: 'instance-type', Values: ['m5.gigantic', 'm5.large'] }];
      const reply = await client.send(new DescribeInstanceTypesCommand({ Filters, MaxResults: 100 }));
      t.strictSame(
        reply.InstanceTypes?.map(({ InstanceType }) => InstanceType),
        ['m5.large'],
      );
    },
  },
  {
    title: 'makes nothing in a dry run of a change that is permitted',
    async run(t, { client }) {
      const create = { AvailabilityZone: 'us-east-1a', Size: 1, VolumeType: 'gp3', DryRun: true } as const;
      await t.rejects(client.send(new CreateVolumeCommand(create)), { name: 'DryRunOperation' });
      // Instances may have volumes of their own.
      const free = new DescribeVolumesCommand({ Filters: [{ Name: 'status', Values: ['creating', 'available'] }] });
      t.strictSame((await client.send(free)).Volumes, []);
    },
  },
  ...(
    [
      ['t3.micro', 2, 2],
      ['t3.medium', 6, 3],
      ['m5.large', 10, 3],
      ['m5.xlarge', 15, 4],
      ['m5.4xlarge', 30, 8],
    ] as const
  ).map(([type, addresses, interfaces]): Ec2Case => {
    const title = `has room for ${addresses} addresses on each of ${interfaces} interfaces of a ${type}`;
    return {
      title,
      async run(t, { client }) {
        const reply = await client.send(new DescribeInstanceTypesCommand({ InstanceTypes: [type] }));
        const NetworkInfo = { Ipv4AddressesPerInterface: addresses, MaximumNetworkInterfaces: interfaces };
        t.match(reply.InstanceTypes, [{ InstanceType: type, NetworkInfo }]);
      },
    };
  }),
  {
    title: 'refuses an instance type that does not exist',
    async run(t, { client }) {
      const unknown = JSON.parse('["m5.gigantic"]');
      const asked = new DescribeInstanceTypesCommand({ InstanceTypes: unknown });
      await t.rejects(client.send(asked), { name: 'InvalidInstanceType' });
    },
  },
  {
    title: 'describes a subnet with its range, zone and VPC',
    async run(t, { client, subnetId, vpcId }) {
      const reply = await client.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] }));
      const wanted = { CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1a', VpcId: vpcId, State: 'available' };
      t.match(reply.Subnets, [wanted]);
    },
  },
  {
    title: 'tells whether the VPC resolves names',
    async run(t, { client, vpcId }) {
      const asked = new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: 'enableDnsSupport' });
      t.equal((await client.send(asked)).EnableDnsSupport?.Value, true);
    },
  },
  {
    title: 'lists the tags of a resource',
    async run(t, { client, subnetId }) {
      await client.send(new CreateTagsCommand({ Resources: [subnetId], Tags: [{ Key: 'case', Value: 'tags' }] }));
      const Filters = [{ Name: 'resource-id', Values: [subnetId] }];
      const reply = await client.send(new DescribeTagsCommand({ Filters }));
      t.strictSame(reply.Tags, [{ ResourceId: subnetId, ResourceType: 'subnet', Key: 'case', Value: 'tags' }]);
    },
  },
  {
    title: 'creates an interface with the tags and the address asked for, attaches, detaches and deletes it',
    async run(t, { client, subnetId, nodes: [node] }) {
      const TagSpecifications = [{ ResourceType: 'network-interface' as const, Tags: [{ Key: 'k', Value: 'v' }] }];
      const create = { SubnetId: subnetId, PrivateIpAddress: '10.0.1.77', TagSpecifications };
      const made = (await client.send(new CreateNetworkInterfaceCommand(create))).NetworkInterface;
      t.match(made, { PrivateIpAddress: '10.0.1.77', TagSet: [{ Key: 'k', Value: 'v' }] });
      const NetworkInterfaceId = made?.NetworkInterfaceId ?? '';
      const attach = { NetworkInterfaceId, InstanceId: node.instanceId, DeviceIndex: 1 };
      const { AttachmentId } = await client.send(new AttachNetworkInterfaceCommand(attach));
      await client.send(new DetachNetworkInterfaceCommand({ AttachmentId }));
      await client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
      const gone = new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [NetworkInterfaceId] });
      await t.rejects(client.send(gone), { name: 'InvalidNetworkInterfaceID.NotFound' });
    },
  },
  {
    title: 'refuses to create an interface on an address that is taken',
    async run(t, { client, subnetId, nodes: [node] }) {
      const taken = new CreateNetworkInterfaceCommand({ SubnetId: subnetId, PrivateIpAddress: node.primaryIp });
      await t.rejects(client.send(taken), { name: 'InvalidIPAddress.InUse' });
    },
  },
  {
    title: 'refuses to delete an interface that is attached',
    async run(t, { client, nodes: [node] }) {
      const remove = new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: node.interfaceId });
      await t.rejects(client.send(remove), { name: 'InvalidNetworkInterface.InUse' });
    },
  },
  {
    title: 'reserves a range of a subnet, lists it and gives it back',
    async run(t, { client, subnetId }) {
      const create = { SubnetId: subnetId, Cidr: '10.0.1.128/28', ReservationType: 'explicit' as const };
      const made = (await client.send(new CreateSubnetCidrReservationCommand(create))).SubnetCidrReservation;
      const list = async () =>
        (await client.send(new GetSubnetCidrReservationsCommand({ SubnetId: subnetId }))).SubnetIpv4CidrReservations;
      t.match(await list(), [made ?? {}]);
      const id = { SubnetCidrReservationId: made?.SubnetCidrReservationId };
      await client.send(new DeleteSubnetCidrReservationCommand(id));
      t.strictSame(await list(), []);
    },
  },
];
