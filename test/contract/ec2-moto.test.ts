import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import t from 'tap';
import { startMoto } from '../../scripts/rig/moto.ts';
import { type Ec2Node, type Ec2Place, ec2Contract } from './ec2-contract.ts';

const lacking: string[] = [];

// The first run on a machine installs moto.
t.setTimeout(10 * 60_000);

t.test('moto keeps the contract of EC2, but for the cases it is known to lack', async (test) => {
  test.setTimeout(10 * 60_000);
  const moto = await startMoto();
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new EC2Client({ region: 'us-east-1', endpoint: moto.url, credentials, maxAttempts: 1 });
  test.teardown(async () => {
    client.destroy();
    await moto.stop();
  });
  await ec2Contract(test, () => openPlace(client), lacking);
});

async function openPlace(client: EC2Client): Promise<Ec2Place> {
  const { Vpc } = await client.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const vpcId = Vpc?.VpcId ?? '';
  const zone = { CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1a', VpcId: vpcId };
  const { Subnet } = await client.send(new CreateSubnetCommand(zone));
  const subnetId = Subnet?.SubnetId ?? '';
  const { Images } = await client.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const image = Images?.[0]?.ImageId ?? '';
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
