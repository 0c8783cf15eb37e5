import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import t from 'tap';
import { startMoto } from '../../scripts/rig/moto.ts';
import { needs } from '../../scripts/rig/requirements.ts';
import { ec2Contract } from './ec2-contract.ts';
import type { Ec2Node, Ec2Place } from './ec2-place.ts';

/** Known gaps of moto 5.2.5; for these the simulator is held to the documentation alone. */
const lacking: string[] = [
  'names the assigned addresses in the reply',
  'moves an address from another interface with AllowReassignment',
  'refuses to move an address without AllowReassignment',
  'refuses the primary address of another interface',
  'assigns none when one address is outside the subnet',
  'refuses more addresses than the instance type has room for',
  'refuses to unassign an address that the interface has not',
  'refuses to unassign a primary address',
  'finds the holder of a secondary address',
  'frees the addresses of a terminated instance',
  'refuses a filter that does not exist',
  'refuses to create an interface on an address that is taken',
  'refuses to delete an interface that is attached',
];

// Installing moto for the first time takes longer than a file is given; `needs` can only speak for its own test.
t.setTimeout(20 * 60_000);

t.test('moto keeps the contract of EC2, but for the cases it is known to lack', async (test) => {
  if (!(await needs(test, 'moto'))) return;
  const moto = await startMoto();
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new EC2Client({ region: 'us-east-1', endpoint: moto.url, credentials, maxAttempts: 1 });
  test.teardown(async () => {
    client.destroy();
    await moto.stop();
  });
  const { Images } = await client.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const image = Images?.[0]?.ImageId ?? '';
  await ec2Contract(test, () => openPlace(client, image), lacking);
});

async function openPlace(client: EC2Client, image: string): Promise<Ec2Place> {
  const { Vpc } = await client.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const vpcId = Vpc?.VpcId ?? '';
  const zone = { CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1a', VpcId: vpcId };
  const { Subnet } = await client.send(new CreateSubnetCommand(zone));
  const subnetId = Subnet?.SubnetId ?? '';
  return {
    client,
    vpcId,
    subnetId,
    nodes: [await runNode(client, image, subnetId), await runNode(client, image, subnetId)],
  };
}

async function runNode(client: EC2Client, ImageId: string, SubnetId: string): Promise<Ec2Node> {
  const run = { ImageId, SubnetId, InstanceType: 'm5.large' as const, MinCount: 1, MaxCount: 1 };
  const [instance] = (await client.send(new RunInstancesCommand(run))).Instances ?? [];
  const [primary] = instance?.NetworkInterfaces ?? [];
  return {
    instanceId: instance?.InstanceId ?? '',
    interfaceId: primary?.NetworkInterfaceId ?? '',
    primaryIp: primary?.PrivateIpAddress ?? '',
  };
}
