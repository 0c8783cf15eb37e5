import {
  AssignPrivateIpAddressesCommand,
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCidrReservationCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSubnetCidrReservationCommand,
  DeleteTagsCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DetachNetworkInterfaceCommand,
  EC2Client,
  GetSubnetCidrReservationsCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import t, { type Test } from 'tap';
import { ManualClock } from '../clock.ts';
import { type CloudOptions, startCloud } from '../cloud.ts';
import { demoTopology } from '../demo-topology.ts';
import { defaultPrincipal } from '../topology.ts';
import { ec2Client } from './sdk.ts';

const eni = 'eni-00000000000000001';
const instance = 'i-00000000000000001';
const subnet = 'subnet-0000000000000000a';

async function account(test: Test, options: CloudOptions = {}) {
  const cloud = await startCloud(demoTopology(), options);
  const client = ec2Client(cloud);
  test.teardown(async () => {
    client.destroy();
    await cloud.close();
  });
  return { cloud, client };
}

t.test('tells how many addresses an interface of an instance type has room for', async (test) => {
  const { client } = await account(test);
  const reply = await client.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['m5.large'] }));
  test.match(reply.InstanceTypes, [
    { InstanceType: 'm5.large', NetworkInfo: { Ipv4AddressesPerInterface: 10, MaximumNetworkInterfaces: 3 } },
  ]);
  const unknown = new DescribeInstanceTypesCommand({ InstanceTypes: ['t1.micro'] });
  await test.rejects(client.send(unknown), { name: 'InvalidInstanceType' });
});

t.test('describes instances, subnets and VPCs', async (test) => {
  const { client } = await account(test);
  const instances = await client.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'private-ip-address', Values: ['10.0.1.11'] }] }),
  );
  test.match(instances.Reservations?.[0]?.Instances, [
    {
      InstanceId: instance,
      InstanceType: 'm5.large',
      State: { Name: 'running', Code: 16 },
      Placement: { AvailabilityZone: 'us-east-1a' },
      NetworkInterfaces: [{ NetworkInterfaceId: eni }],
    },
  ]);
  const subnets = await client.send(new DescribeSubnetsCommand({ SubnetIds: [subnet] }));
  test.match(subnets.Subnets, [
    { CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1a', AvailableIpAddressCount: 256 - 5 - 2 },
  ]);
  const vpcs = await client.send(new DescribeVpcsCommand({}));
  test.match(vpcs.Vpcs, [{ VpcId: 'vpc-00000000000000001', CidrBlock: '10.0.0.0/16' }]);
  const attribute = { VpcId: 'vpc-00000000000000001', Attribute: 'enableDnsSupport' } as const;
  const support = await client.send(new DescribeVpcAttributeCommand(attribute));
  test.equal(support.EnableDnsSupport?.Value, true);
  await test.rejects(client.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-1'] })), {
    name: 'InvalidSubnetID.NotFound',
  });
});

t.test('reserves a range of a subnet once, with tags, and gives it back', async (test) => {
  const { client } = await account(test);
  const wanted = { SubnetId: subnet, Cidr: '10.0.1.128/28', ReservationType: 'explicit' } as const;
  const tagged = { ResourceType: 'subnet-cidr-reservation' as const, Tags: [{ Key: 'owner', Value: 'me' }] };
  const made = await client.send(new CreateSubnetCidrReservationCommand({ ...wanted, TagSpecifications: [tagged] }));
  const id = made.SubnetCidrReservation?.SubnetCidrReservationId ?? '';
  await test.rejects(client.send(new CreateSubnetCidrReservationCommand(wanted)), /overlaps/);
  await test.rejects(
    client.send(new CreateSubnetCidrReservationCommand({ ...wanted, Cidr: '10.0.2.0/28' })),
    /not within/,
  );
  const list = async () => {
    const reply = await client.send(new GetSubnetCidrReservationsCommand({ SubnetId: subnet }));
    return reply.SubnetIpv4CidrReservations?.map((item) => [
      item.Cidr,
      item.ReservationType,
      item.Tags?.[0]?.Value,
    ]).sort();
  };
  test.strictSame(await list(), [
    ['10.0.1.128/28', 'explicit', 'me'],
    ['10.0.1.192/26', 'explicit', 'demo'],
  ]);
  await client.send(new DeleteSubnetCidrReservationCommand({ SubnetCidrReservationId: id }));
  test.strictSame(await list(), [['10.0.1.192/26', 'explicit', 'demo']]);
  await test.rejects(client.send(new DeleteSubnetCidrReservationCommand({ SubnetCidrReservationId: id })), {
    name: 'InvalidSubnetCidrReservationID.NotFound',
  });
});

t.test('gives new instances any free address but none of a reserved range', async (test) => {
  const { cloud, client } = await account(test);
  const run = (PrivateIpAddress?: string) =>
    client.send(
      new RunInstancesCommand({
        SubnetId: subnet,
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        ...(PrivateIpAddress ? { PrivateIpAddress } : {}),
      }),
    );
  test.equal((await run()).Instances?.[0]?.PrivateIpAddress, '10.0.1.4');
  for (let left = 192 - 4 - 3; left > 0; left -= 1) cloud.ec2.launchStranger(subnet);
  const taken = cloud.ec2.events.map((event) => event.ip).filter((ip) => ip.startsWith('10.0.1.'));
  test.notOk(taken.some((ip) => Number(ip.split('.')[3]) >= 192));
  await test.rejects(run(), { name: 'InsufficientFreeAddressesInSubnet' });
  await test.resolves(run('10.0.1.200'), 'a reserved address is given to who names it');
  await test.rejects(run('10.0.1.200'), { name: 'InvalidIPAddress.InUse' });
});

t.test('frees all addresses of a terminated instance, for anybody to get', async (test) => {
  const { cloud, client } = await account(test);
  const assign = { NetworkInterfaceId: eni, PrivateIpAddresses: ['10.0.1.200', '10.0.1.100'] };
  await client.send(new AssignPrivateIpAddressesCommand(assign));
  const reply = await client.send(new TerminateInstancesCommand({ InstanceIds: [instance] }));
  test.match(reply.TerminatingInstances, [
    { PreviousState: { Name: 'running' }, CurrentState: { Name: 'terminated' } },
  ]);
  test.equal(cloud.ec2.holderOf('10.0.1.200'), undefined);
  const gone = new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni] });
  await test.rejects(client.send(gone), { name: 'InvalidNetworkInterfaceID.NotFound' });
  const stranger = cloud.ec2.launchStranger(subnet, { wantIp: '10.0.1.100' });
  test.equal(cloud.ec2.holderOf('10.0.1.100'), stranger.id);
});

t.test('attaches a tagged interface that survives its instance, until told otherwise', async (test) => {
  const { cloud, client } = await account(test);
  const create = async () => {
    const Tags = [{ Key: 'node.k8s.amazonaws.com/no_manage', Value: 'true' }];
    const TagSpecifications = [{ ResourceType: 'network-interface' as const, Tags }];
    const made = await client.send(new CreateNetworkInterfaceCommand({ SubnetId: subnet, TagSpecifications }));
    return made.NetworkInterface?.NetworkInterfaceId ?? '';
  };
  const attach = (NetworkInterfaceId: string, DeviceIndex: number) =>
    client.send(new AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId: instance, DeviceIndex }));
  const [kept, deleted, third] = [await create(), await create(), await create()];
  await attach(kept, 1);
  const { AttachmentId } = await attach(deleted, 2);
  await test.rejects(attach(third, 2), { name: 'InvalidParameterValue' });
  await test.rejects(attach(third, 3), { name: 'AttachmentLimitExceeded' });
  await test.rejects(attach(kept, 3), { name: 'InvalidNetworkInterface.InUse' });
  const elsewhere = { NetworkInterfaceId: third, InstanceId: 'i-00000000000000003', DeviceIndex: 1 };
  await test.rejects(client.send(new AttachNetworkInterfaceCommand(elsewhere)), /same availability zone/);
  await client.send(
    new ModifyNetworkInterfaceAttributeCommand({
      NetworkInterfaceId: deleted,
      Attachment: { AttachmentId: AttachmentId ?? '', DeleteOnTermination: true },
    }),
  );
  test.equal(cloud.ec2.interface(kept)?.tags.get('node.k8s.amazonaws.com/no_manage'), 'true');
  cloud.ec2.killInstance(instance);
  test.equal(cloud.ec2.interface(kept)?.attachment, undefined);
  test.equal(cloud.ec2.holderOf(cloud.ec2.interface(kept)?.addresses[0] ?? ''), kept);
  test.equal(cloud.ec2.interface(deleted), undefined);
});

t.test('detaches and deletes an interface, the primary one never', async (test) => {
  const { cloud, client } = await account(test);
  const made = await client.send(
    new CreateNetworkInterfaceCommand({ SubnetId: subnet, PrivateIpAddress: '10.0.1.77' }),
  );
  const NetworkInterfaceId = made.NetworkInterface?.NetworkInterfaceId ?? '';
  const attachment = { NetworkInterfaceId, InstanceId: instance, DeviceIndex: 1 };
  const { AttachmentId } = await client.send(new AttachNetworkInterfaceCommand(attachment));
  const remove = new DeleteNetworkInterfaceCommand({ NetworkInterfaceId });
  await test.rejects(client.send(remove), { name: 'InvalidNetworkInterface.InUse' });
  await client.send(new DetachNetworkInterfaceCommand({ AttachmentId }));
  await client.send(remove);
  test.equal(cloud.ec2.holderOf('10.0.1.77'), undefined);
  const primary = cloud.ec2.interface(eni)?.attachment?.id;
  await test.rejects(client.send(new DetachNetworkInterfaceCommand({ AttachmentId: primary })), {
    name: 'OperationNotPermitted',
  });
});

t.test('adds, lists and removes tags', async (test) => {
  const { client } = await account(test);
  await client.send(new CreateTagsCommand({ Resources: [eni, subnet], Tags: [{ Key: 'a', Value: '1' }] }));
  const list = async () => {
    const reply = await client.send(new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['a'] }] }));
    return reply.Tags?.map((tag) => [tag.ResourceType, tag.ResourceId, tag.Value]).sort();
  };
  test.strictSame(await list(), [
    ['network-interface', eni, '1'],
    ['subnet', subnet, '1'],
  ]);
  await client.send(new DeleteTagsCommand({ Resources: [subnet], Tags: [{ Key: 'a', Value: 'other' }] }));
  await client.send(new DeleteTagsCommand({ Resources: [eni], Tags: [{ Key: 'a' }] }));
  test.strictSame(await list(), [['subnet', subnet, '1']]);
  const reserved = new CreateTagsCommand({ Resources: [eni], Tags: [{ Key: 'aws:x', Value: '1' }] });
  await test.rejects(client.send(reserved), { name: 'InvalidParameterValue' });
  const Tags = Array.from({ length: 51 }, (_, i) => ({ Key: `${i}`, Value: '' }));
  await test.rejects(client.send(new CreateTagsCommand({ Resources: [eni], Tags })), { name: 'TagLimitExceeded' });
});

t.test('refuses calls beyond the rate of the account, whoever of its tenants made them', async (test) => {
  const clock = new ManualClock();
  const { cloud, client } = await account(test, { clock, ec2Limits: true });
  const assign = () =>
    client.send(
      new AssignPrivateIpAddressesCommand({
        NetworkInterfaceId: eni,
        PrivateIpAddresses: ['10.0.1.200'],
        AllowReassignment: true,
      }),
    );
  cloud.ec2Buckets.consume('AssignPrivateIpAddresses', 99);
  await assign();
  await test.rejects(assign(), { name: 'RequestLimitExceeded' });
  await test.resolves(client.send(new DescribeVpcsCommand({})), 'another class has its own bucket');
  clock.advance(200);
  await test.resolves(assign(), 'five tokens a second come back');
  cloud.ec2Buckets.consume('DescribeVpcs', 50, false);
  await test.rejects(client.send(new DescribeVpcsCommand({})), { name: 'RequestLimitExceeded' });
  await test.resolves(client.send(new DescribeVpcsCommand({ VpcIds: ['vpc-00000000000000001'] })));
});

t.test('says so when it does not know an action', async (test) => {
  const { client } = await account(test);
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args as { request: { body: string } };
      // Of the same length, as the content-length header is set already.
      request.body = request.body.replace('Action=DescribeVpcs', 'Action=CreateSubnet');
      return next(args);
    },
    { step: 'build' },
  );
  await test.rejects(client.send(new DescribeVpcsCommand({})), { name: 'InvalidAction' });
});

t.test('asks the policy about the tags of what is made, by the action that makes it', async (test) => {
  const allow = (Action: string, more: object = {}) => ({ Effect: 'Allow' as const, Action, Resource: '*', ...more });
  const tagging = (by: string) => allow('ec2:CreateTags', { Condition: { StringEquals: { 'ec2:CreateAction': by } } });
  const create = async (...statements: ReturnType<typeof allow>[]) => {
    const arn = 'arn:aws:iam::111122223333:user/limited';
    const cloud = await startCloud(
      demoTopology({ principals: [{ ...defaultPrincipal, arn, policy: { Statement: statements } }] }),
    );
    const { region, ec2: endpoint } = cloud.endpoints;
    const client = new EC2Client({ region, endpoint, credentials: defaultPrincipal, maxAttempts: 1 });
    const TagSpecifications = [{ ResourceType: 'volume' as const, Tags: [{ Key: 'a', Value: '1' }] }];
    const request = new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, TagSpecifications });
    try {
      return await client.send(request).then(
        () => 'made',
        (error: Error) => error.name,
      );
    } finally {
      client.destroy();
      await cloud.close();
    }
  };
  test.equal(await create(allow('ec2:CreateVolume')), 'UnauthorizedOperation');
  test.equal(await create(allow('ec2:CreateVolume'), tagging('RunInstances')), 'UnauthorizedOperation');
  test.equal(await create(allow('ec2:CreateVolume'), tagging('CreateVolume')), 'made');
});
