import { DescribeNetworkInterfacesCommand, type Filter, paginateDescribeNetworkInterfaces } from '@aws-sdk/client-ec2';
import t, { type Test } from 'tap';
import { startCloud } from '../cloud.ts';
import { demoTopology } from '../demo-topology.ts';
import { ec2Client } from './sdk.ts';

const nodes = ['eni-00000000000000001', 'eni-00000000000000002', 'eni-00000000000000003'] as const;

async function account(test: Test) {
  const cloud = await startCloud(demoTopology());
  const client = ec2Client(cloud);
  test.teardown(async () => {
    client.destroy();
    await cloud.close();
  });
  const [first] = cloud.ec2.interfaces();
  if (first) cloud.ec2.setAddresses(first, [...first.addresses, '10.0.1.200', '10.0.1.201']);
  const find = async (...filters: [string, ...string[]][]) => {
    const Filters: Filter[] = filters.map(([Name, ...Values]) => ({ Name, Values }));
    const reply = await client.send(new DescribeNetworkInterfacesCommand({ Filters }));
    return reply.NetworkInterfaces?.map((item) => item.NetworkInterfaceId).sort();
  };
  return { cloud, client, find };
}

t.test('describes addresses, attachment and tags of an interface', async (test) => {
  const { client } = await account(test);
  const reply = await client.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [nodes[0]] }));
  test.match(reply.NetworkInterfaces, [
    {
      NetworkInterfaceId: nodes[0],
      MacAddress: '02:00:00:00:00:01',
      SubnetId: 'subnet-0000000000000000a',
      VpcId: 'vpc-00000000000000001',
      AvailabilityZone: 'us-east-1a',
      Status: 'in-use',
      PrivateIpAddress: '10.0.1.11',
      PrivateIpAddresses: [
        { PrivateIpAddress: '10.0.1.11', Primary: true },
        { PrivateIpAddress: '10.0.1.200', Primary: false },
        { PrivateIpAddress: '10.0.1.201', Primary: false },
      ],
      Attachment: { InstanceId: 'i-00000000000000001', DeviceIndex: 0, Status: 'attached', DeleteOnTermination: true },
      TagSet: [{ Key: 'firecamp-cluster', Value: 'demo' }],
    },
  ]);
});

t.test('finds interfaces by each documented filter, with wildcards', async (test) => {
  const { find } = await account(test);
  test.strictSame(await find(['addresses.private-ip-address', '10.0.1.200']), [nodes[0]]);
  test.strictSame(await find(['addresses.private-ip-address', '10.0.1.11', '10.0.2.13']), [nodes[0], nodes[2]]);
  test.strictSame(await find(['private-ip-address', '10.0.1.200']), [], 'only the primary');
  test.strictSame(await find(['private-ip-address', '10.0.1.1?']), [nodes[0], nodes[1]]);
  test.strictSame(await find(['mac-address', '02:00:00:00:00:02']), [nodes[1]]);
  test.strictSame(await find(['network-interface-id', nodes[1]]), [nodes[1]]);
  test.strictSame(await find(['subnet-id', 'subnet-0000000000000000b']), [nodes[2]]);
  test.strictSame(await find(['vpc-id', 'vpc-00000000000000001']), [...nodes]);
  test.strictSame(await find(['attachment.instance-id', 'i-00000000000000002']), [nodes[1]]);
  test.strictSame(await find(['attachment.status', 'attached']), [...nodes]);
  test.strictSame(await find(['status', 'available']), []);
  test.strictSame(await find(['availability-zone', 'us-east-1b']), [nodes[2]]);
  test.strictSame(await find(['tag:firecamp-cluster', 'de*']), [...nodes]);
  test.strictSame(await find(['tag:firecamp-cluster', 'other']), []);
  test.strictSame(await find(['tag-key', 'firecamp-cluster']), [...nodes]);
  test.strictSame(
    await find(['availability-zone', 'us-east-1a'], ['attachment.instance-id', '*2']),
    [nodes[1]],
    'all hold',
  );
});

t.test('refuses a filter that does not exist and an interface that is not there', async (test) => {
  const { client, find } = await account(test);
  await test.rejects(find(['ip', '10.0.1.11']), { name: 'InvalidParameterValue' });
  const values = Array.from({ length: 201 }, (_, i) => `10.0.1.${i}`);
  await test.rejects(find(['private-ip-address', ...values]), { name: 'FilterLimitExceeded' });
  const absent = (id: string) =>
    client.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [nodes[0], id] }));
  await test.rejects(absent('eni-0fffffffffffffff0'), { name: 'InvalidNetworkInterfaceID.NotFound' });
  await test.rejects(absent('interface'), { name: 'InvalidNetworkInterfaceId.Malformed' });
});

t.test('shows every interface once over all pages', async (test) => {
  const { cloud, client } = await account(test);
  for (let i = 0; i < 20; i += 1) cloud.ec2.launchStranger('subnet-0000000000000000b');
  const seen: (string | undefined)[] = [];
  let pages = 0;
  for await (const page of paginateDescribeNetworkInterfaces({ client, pageSize: 5 }, {})) {
    pages += 1;
    seen.push(...(page.NetworkInterfaces ?? []).map((item) => item.NetworkInterfaceId));
  }
  test.equal(pages, 5);
  test.strictSame(
    seen.sort(),
    cloud.ec2
      .interfaces()
      .map((item) => item.id)
      .sort(),
  );
});

t.test('lists in no order that a caller could lean on', async (test) => {
  const { client } = await account(test);
  const orders = new Set<string>();
  for (let i = 0; i < 40 && orders.size < 2; i += 1) {
    const reply = await client.send(new DescribeNetworkInterfacesCommand({}));
    orders.add(JSON.stringify(reply.NetworkInterfaces?.map((item) => item.NetworkInterfaceId)));
  }
  test.equal(orders.size, 2);
});

t.test('keeps to the bounds of MaxResults, and does not take it together with ids', async (test) => {
  const { client } = await account(test);
  for (const MaxResults of [4, 1001]) {
    await test.rejects(client.send(new DescribeNetworkInterfacesCommand({ MaxResults })), {
      name: 'InvalidParameterValue',
    });
  }
  const both = new DescribeNetworkInterfacesCommand({ MaxResults: 5, NetworkInterfaceIds: [nodes[0]] });
  await test.rejects(client.send(both), { name: 'InvalidParameterCombination' });
});

t.test('answers a dry run with an error and no interfaces', async (test) => {
  const { client } = await account(test);
  const dry = new DescribeNetworkInterfacesCommand({ DryRun: true });
  await test.rejects(client.send(dry), { name: 'DryRunOperation', message: /would have succeeded/ });
});
