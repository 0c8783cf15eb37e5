import {
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2';
import { type Test, test } from 'tap';
import { startCloud } from '../cloud.ts';
import { demoTopology } from '../demo-topology.ts';
import { ec2Client } from './sdk.ts';

async function account(t: Test) {
  const cloud = await startCloud(demoTopology());
  const client = ec2Client(cloud);
  t.teardown(async () => {
    client.destroy();
    await cloud.close();
  });
  const create = (input: Partial<CreateVolumeCommandInput>) =>
    client.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', ...input }));
  return { cloud, client, create };
}

test('makes volumes at the limits of their types', async (t) => {
  const { create } = await account(t);
  const cases: [Partial<CreateVolumeCommandInput>, { Iops?: number; Throughput?: number }][] = [
    [{ Size: 1 }, { Iops: 100 }],
    [{ Size: 16_384, VolumeType: 'gp2' }, { Iops: 16_000 }],
    [
      { Size: 1, VolumeType: 'gp3', Iops: 3_000 },
      { Iops: 3_000, Throughput: 125 },
    ],
    [
      { Size: 160, VolumeType: 'gp3', Iops: 80_000, Throughput: 2_000 },
      { Iops: 80_000, Throughput: 2_000 },
    ],
    [{ Size: 4, VolumeType: 'io1', Iops: 200 }, { Iops: 200 }],
    [{ Size: 256, VolumeType: 'io2', Iops: 256_000 }, { Iops: 256_000 }],
    [{ Size: 125, VolumeType: 'st1' }, {}],
  ];
  for (const [input, expected] of cases) {
    t.match(await create(input), { VolumeType: input.VolumeType ?? 'gp2', ...expected }, JSON.stringify(input));
  }
});

test('refuses what EBS does not make, and then makes nothing', async (t) => {
  const { cloud, create } = await account(t);
  const gp3 = { VolumeType: 'gp3', Size: 10 } as const;
  const cases: [Partial<CreateVolumeCommandInput>, string][] = [
    [{ ...gp3, AvailabilityZone: 'us-east-1z' }, 'InvalidZone.NotFound'],
    [{ VolumeType: 'gp3' }, 'MissingParameter'],
    [{ ...gp3, Size: 65_537 }, 'InvalidParameterValue'],
    [{ Size: 124, VolumeType: 'sc1' }, 'InvalidParameterValue'],
    [{ Size: 10, VolumeType: 'gp2', Iops: 300 }, 'InvalidParameterCombination'],
    [{ Size: 10, VolumeType: 'io1' }, 'MissingParameter'],
    [{ Size: 10, VolumeType: 'io1', Iops: 501 }, 'InvalidParameterValue'],
    [{ Size: 10, VolumeType: 'io1', Iops: 500, Throughput: 125 }, 'InvalidParameterCombination'],
    [{ ...gp3, Iops: 2_999 }, 'InvalidParameterValue'],
    [{ ...gp3, Iops: 5_001 }, 'InvalidParameterValue'],
    [{ ...gp3, Throughput: 751 }, 'InvalidParameterValue'],
    [{ ...gp3, KmsKeyId: 'alias/data' }, 'InvalidParameterDependency'],
    [{ ...gp3, ClientToken: 'x'.repeat(65) }, 'InvalidParameterValue'],
  ];
  for (const [input, name] of cases) await t.rejects(create(input), { name }, JSON.stringify(input));
  t.equal(cloud.ec2.volumes.size, 0);
});

test('lists volumes by page and by what they are, and refuses a page size beside ids', async (t) => {
  const { cloud, client, create } = await account(t);
  for (let n = 0; n < 7; n += 1) await create({ Size: n + 1, AvailabilityZone: n < 3 ? 'us-east-1a' : 'us-east-1b' });
  const first = await client.send(new DescribeVolumesCommand({ MaxResults: 5 }));
  const rest = await client.send(new DescribeVolumesCommand({ MaxResults: 5, NextToken: first.NextToken }));
  const sizes = [...(first.Volumes ?? []), ...(rest.Volumes ?? [])].map(({ Size: size }) => size ?? 0);
  t.strictSame(
    sizes.toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7],
  );
  const zone = [{ Name: 'availability-zone', Values: ['us-east-1b'] }];
  t.equal((await client.send(new DescribeVolumesCommand({ Filters: zone }))).Volumes?.length, 4);
  const ids = [...cloud.ec2.volumes.keys()].slice(0, 1);
  const both = client.send(new DescribeVolumesCommand({ VolumeIds: ids, MaxResults: 5 }));
  await t.rejects(both, { name: 'InvalidParameterCombination' });
  const gone = client.send(new DescribeVolumesCommand({ VolumeIds: [...ids, 'vol-1'] }));
  await t.rejects(gone, { name: 'InvalidVolume.NotFound' });
});

test('keeps a volume that is attached, and deletes it once it is not', async (t) => {
  const { cloud, client, create } = await account(t);
  const { VolumeId: id = '' } = await create({ Size: 1 });
  const volume = cloud.ec2.volumes.get(id);
  if (volume === undefined) throw new Error('it was made');
  volume.attachedTo = 'i-00000000000000001';
  await t.rejects(client.send(new DeleteVolumeCommand({ VolumeId: id })), { name: 'VolumeInUse' });
  volume.attachedTo = undefined;
  await client.send(new DeleteVolumeCommand({ VolumeId: id }));
  await t.rejects(client.send(new DeleteVolumeCommand({ VolumeId: id })), { name: 'InvalidVolume.NotFound' });
});
