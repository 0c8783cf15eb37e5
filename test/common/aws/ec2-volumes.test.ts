import { test } from 'tap';
import { volumeTags } from '../../../common/domain/volume-tags.ts';
import type { NewVolume } from '../../../common/ports/volumes.ts';
import { rejectionOf } from '../../rejection.ts';
import { node1 } from './aws-rig.ts';
import { orchestratorRig } from './orchestrator-rig.ts';

const owner = { cluster: 'demo', service: 'redis', serviceUuid: '7d1c', member: 'redis-0', use: 'data' } as const;
const wish: NewVolume = {
  zone: 'us-east-1a',
  sizeGb: 20,
  volumeType: 'gp3',
  iops: undefined,
  throughput: undefined,
  encrypted: true,
  kmsKeyId: undefined,
  tags: volumeTags(owner, 'demo-eks'),
  clientToken: 'firecamp-7d1c-redis-0-data',
};

test('makes a volume with its tags, finds it by id and by tags, and deletes it', async (t) => {
  const { aws, live } = await orchestratorRig(t);
  const made = await aws.volumes.create(wish, live);
  const { zone, sizeGb, volumeType, tags } = wish;
  t.match(made, { id: /^vol-/, zone, sizeGb, volumeType, instanceIds: [], tags });
  const there = { ...made, state: 'available' };
  t.strictSame(await aws.volumes.describe([made.id, 'vol-0123'], live), [there], 'one that is gone is left out');
  t.strictSame(await aws.volumes.findByTags({ 'firecamp-service-uuid': '7d1c', Name: 'demo-redis-0' }, live), [there]);
  t.strictSame(await aws.volumes.findByTags({ 'firecamp-service-uuid': '7d1c', Name: 'demo-redis-1' }, live), []);
  t.equal(await aws.volumes.delete(made.id, live), 'done');
  t.equal(await aws.volumes.delete(made.id, live), 'gone');
  t.strictSame(await aws.volumes.describe([made.id], live), []);
});

test('makes one volume for one client token, also when the reply was lost or the call was throttled', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  const failures = [
    ['throttle', { code: 'FC-AWS-002', effect: 'none', transient: true }],
    ['lose-reply', { code: 'FC-AWS-003', effect: 'unknown', transient: true }],
    ['garbage', { code: 'FC-AWS-006', effect: 'unknown' }],
  ] as const;
  for (const [kind, expected] of failures) {
    cloud.faults.add({ operation: 'CreateVolume', times: 1 }, { kind });
    t.match(await rejectionOf(aws.volumes.create(wish, live)), expected, kind);
  }
  t.equal(cloud.calls.all((call) => call.operation === 'CreateVolume').length, 3, 'each was sent once');
  const made = await aws.volumes.create(wish, live);
  t.strictSame([...cloud.ec2.volumes.keys()], [made.id]);
});

test('is refused another volume under a client token that was used', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  await aws.volumes.create(wish, live);
  const refused = await rejectionOf(aws.volumes.create({ ...wish, sizeGb: 21 }, live));
  t.match(refused, { code: 'FC-AWS-004', effect: 'none', transient: false, message: /IdempotentParameterMismatch/ });
  t.equal(cloud.ec2.volumes.size, 1);
});

test('asks for what the wish says, and for nothing that it leaves open', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  const fast = { ...wish, iops: 4000, throughput: 500, kmsKeyId: 'alias/data', clientToken: 'fast' };
  const { id } = await aws.volumes.create(fast, live);
  const plain = await aws.volumes.create({ ...wish, encrypted: false }, live);
  t.match(cloud.ec2.volumes.get(id), { iops: 4000, throughput: 500, encrypted: true, kmsKeyId: 'alias/data' });
  t.match(cloud.ec2.volumes.get(plain.id), { iops: 3000, throughput: 125, encrypted: false });
  t.equal(cloud.ec2.volumes.get(plain.id)?.kmsKeyId, undefined);
});

test('leaves a volume that is attached, and says to what', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  const { id } = await aws.volumes.create(wish, live);
  const volume = cloud.ec2.volumes.get(id);
  if (volume === undefined) throw new Error('it was made');
  volume.attachedTo = node1.instanceId;
  t.equal(await aws.volumes.delete(id, live), 'inUse');
  t.match(await aws.volumes.describe([id], live), [{ state: 'in-use', instanceIds: [node1.instanceId] }]);
});

test('describes more volumes than a filter has room for', async (t) => {
  const { aws, live } = await orchestratorRig(t);
  const { id } = await aws.volumes.create(wish, live);
  const ids = [...Array.from({ length: 200 }, (_, n) => `vol-${n}`), id];
  t.match(await aws.volumes.describe(ids, live), [{ id }]);
});

test('looks for a tag’s value as it is, wildcards in it included, and never for all volumes', async (t) => {
  const { aws, live } = await orchestratorRig(t);
  await aws.volumes.create(wish, live);
  t.strictSame(await aws.volumes.findByTags({ Name: 'demo-*' }, live), []);
  t.match(await rejectionOf(aws.volumes.findByTags({}, live)), RangeError);
});

test('tags a journal by another name, and both for the CSI driver’s policies', async (t) => {
  const csi = { 'ebs.csi.aws.com/cluster': 'true', 'ebs.csi.aws.com/cluster-name': 'demo-eks' };
  t.match(volumeTags(owner, 'demo-eks'), { Name: 'demo-redis-0', 'firecamp-volume': 'data', ...csi });
  const journal = volumeTags({ ...owner, use: 'journal' }, 'demo-eks');
  t.match(journal, { Name: 'demo-redis-0-journal', 'firecamp-volume': 'journal', ...csi });
});

test('adds up what the region has of each volume type, over all pages and whoever’s it is', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  await aws.volumes.create(wish, live);
  await aws.volumes.create({ ...wish, volumeType: 'io2', iops: 4_000, tags: {}, clientToken: 'io2' }, live);
  const [one] = cloud.ec2.volumes.values();
  for (let n = 0; one && n < 600; n += 1) cloud.ec2.volumes.set(`vol-${n}`, { ...one, id: `vol-${n}`, size: 10 });
  const use = await aws.volumes.useByType(['gp3', 'io2', 'st1'], live);
  t.match(use.get('gp3'), { sizeGb: 6_020 });
  t.strictSame(use.get('io2'), { sizeGb: 20, iops: 4_000 });
  t.strictSame(use.get('st1'), { sizeGb: 0, iops: 0 });
  t.equal(cloud.calls.all(({ operation }) => operation === 'DescribeVolumes').length, 2);
  t.equal((await aws.volumes.useByType([], live)).size, 0);
});
