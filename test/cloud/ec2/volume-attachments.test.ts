import { CreateVolumeCommand, DeleteVolumeCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import { type Test, test } from 'tap';
import { startCloud } from '../cloud.ts';
import { demoTopology } from '../demo-topology.ts';
import { ec2Client } from './sdk.ts';
import { attachVolume, detachVolume, unmounted, volumeNamed } from './volume-attachments.ts';

/** An account with a volume in the zone of its first instance. */
async function accountWithVolume(t: Test) {
  const cloud = await startCloud(demoTopology());
  const client = ec2Client(cloud);
  t.teardown(async () => {
    client.destroy();
    await cloud.close();
  });
  const [first, ...others] = [...cloud.ec2.instances.values()];
  const near = others.find(({ zone }) => zone === first?.zone);
  const far = others.find(({ zone }) => zone !== first?.zone);
  if (!first || !near || !far) throw new Error('the demo has two instances in one zone, and one elsewhere');
  const { VolumeId: id = '' } = await client.send(new CreateVolumeCommand({ AvailabilityZone: first.zone, Size: 1 }));
  const told = async () => {
    const { Volumes: volumes } = await client.send(new DescribeVolumesCommand({ VolumeIds: [id] }));
    return volumes?.map((one) => [one.State, ...(one.Attachments ?? []).flatMap((at) => [at.InstanceId, at.State])])[0];
  };
  return { ec2: cloud.ec2, client, first, near, far, id, told };
}

test('attaches a volume to one running instance of its zone at a time', async (t) => {
  const { ec2, client, first, near, far, id, told } = await accountWithVolume(t);
  t.throws(() => attachVolume(ec2, id, far.id), { code: 'InvalidVolume.ZoneMismatch' });
  t.throws(() => attachVolume(ec2, id, 'i-none'), { code: 'InvalidInstanceID.NotFound' });
  t.throws(() => attachVolume(ec2, 'vol-none', first.id), { code: 'InvalidVolume.NotFound' });
  attachVolume(ec2, id, first.id);
  t.strictSame(await told(), ['in-use', first.id, 'attached']);
  t.throws(() => attachVolume(ec2, id, near.id), { code: 'VolumeInUse' });
  t.throws(() => attachVolume(ec2, id, first.id), { code: 'VolumeInUse' });
  t.throws(() => detachVolume(ec2, id, near.id), { code: 'InvalidAttachment.NotFound' });
  await t.rejects(client.send(new DeleteVolumeCommand({ VolumeId: id })), { name: 'VolumeInUse' });
  t.equal(detachVolume(ec2, id, first.id), 'detached');
  t.throws(() => detachVolume(ec2, id, first.id), { code: 'IncorrectState' });
  ec2.killInstance(near.id);
  t.throws(() => attachVolume(ec2, id, near.id), { code: 'IncorrectState' });
  t.strictSame(await told(), ['available']);
});

test('keeps a volume that is mounted busy, and detaches it once it is not', async (t) => {
  const { ec2, first, near, id, told } = await accountWithVolume(t);
  attachVolume(ec2, id, first.id);
  volumeNamed(ec2, id).mounted = true;
  t.equal(detachVolume(ec2, id, first.id), 'busy');
  t.equal(detachVolume(ec2, id, first.id), 'busy', 'asking again does not help');
  t.strictSame(await told(), ['in-use', first.id, 'busy']);
  t.throws(() => attachVolume(ec2, id, near.id), { code: 'VolumeInUse' });
  unmounted(volumeNamed(ec2, id));
  t.strictSame(await told(), ['available']);
  attachVolume(ec2, id, near.id);
  unmounted(volumeNamed(ec2, id));
  t.strictSame(await told(), ['in-use', near.id, 'attached'], 'unmounting alone detaches nothing');
});

test('keeps the volumes of an instance that is terminated, and they can be attached again', async (t) => {
  const { ec2, first, near, id, told } = await accountWithVolume(t);
  attachVolume(ec2, id, first.id);
  volumeNamed(ec2, id).mounted = true;
  ec2.killInstance(first.id);
  t.strictSame(await told(), ['available']);
  attachVolume(ec2, id, near.id);
  t.equal(detachVolume(ec2, id, near.id), 'detached');
});
