import { test } from 'tap';
import { startCloud } from '../cloud/cloud.ts';
import { ec2Client } from '../cloud/ec2/sdk.ts';
import { type InstanceSpec, topology } from '../cloud/topology.ts';
import { ec2Contract } from './ec2-contract.ts';

const node = (n: number): InstanceSpec => ({
  id: `i-0000000000000000${n}`,
  type: 'm5.large',
  interfaces: [
    {
      id: `eni-0000000000000000${n}`,
      mac: `02:00:00:00:00:0${n}`,
      subnetId: 'subnet-0a',
      primaryIp: `10.0.1.1${n}`,
      deviceIndex: 0,
    },
  ],
});

const place = (n: number) => ({
  instanceId: `i-0000000000000000${n}`,
  interfaceId: `eni-0000000000000000${n}`,
  primaryIp: `10.0.1.1${n}`,
});

test('the simulated EC2 keeps the contract', async (t) => {
  await ec2Contract(t, async (sub) => {
    const cloud = await startCloud(topology({ instances: [node(1), node(2)] }));
    const client = ec2Client(cloud);
    sub.teardown(async () => {
      client.destroy();
      await cloud.close();
    });
    return { client, vpcId: 'vpc-0a', subnetId: 'subnet-0a', nodes: [place(1), place(2)] };
  });
});
