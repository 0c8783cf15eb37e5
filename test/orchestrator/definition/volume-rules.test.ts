import { test } from 'tap';
import { type VolumeWish, volumeFaults } from '../../../orchestrator/definition/volume-rules.ts';

const nothing: VolumeWish = {
  volumeType: 'gp3',
  sizeGb: 100,
  iops: undefined,
  throughput: undefined,
  encrypted: true,
  kmsKeyId: undefined,
};

const messages = (wish: Partial<VolumeWish>): string[] =>
  volumeFaults({ ...nothing, ...wish }).map(({ field, message }) => `${field}: ${message}`);

test('takes what each volume type takes, to its bounds', async (t) => {
  const good: Partial<VolumeWish>[] = [
    {},
    { sizeGb: 1, iops: 3_000, throughput: 750 },
    { sizeGb: 65_536, iops: 80_000, throughput: 2_000 },
    { sizeGb: 160, iops: 80_000 },
    { volumeType: 'gp2', sizeGb: 16_384 },
    { volumeType: 'io1', sizeGb: 4, iops: 200 },
    { volumeType: 'io2', sizeGb: 65_536, iops: 256_000 },
    { volumeType: 'st1', sizeGb: 125 },
    { volumeType: 'sc1', sizeGb: 16_384 },
    { kmsKeyId: 'alias/key' },
  ];
  for (const wish of good) t.strictSame(messages(wish), [], JSON.stringify(wish));
});

test('refuses sizes, IOPS and throughput that EBS would refuse', async (t) => {
  const bad: [Partial<VolumeWish>, RegExp][] = [
    [{ iops: 2_999 }, /^iops: 2999 .* 3000 to 80000/],
    [{ sizeGb: 500, iops: 80_001 }, /^iops: 80001 .* 3000 to 80000/],
    [{ sizeGb: 10, iops: 5_001 }, /^iops: 5001 .* at most 500 IOPS a GiB, 5000 for 10 GiB/],
    [{ throughput: 2_001 }, /^throughput: 2001 .* 125 to 2000/],
    [{ throughput: 751 }, /^throughput: 751 .* need iops: 3004/],
    [{ volumeType: 'gp2', sizeGb: 16_385 }, /^sizeGb: 16385 .* 1 to 16384 GiB/],
    [{ volumeType: 'gp2', throughput: 200 }, /^throughput: .* only gp3 does/],
    [{ volumeType: 'st1', sizeGb: 124 }, /^sizeGb: 124 .* 125 to 16384/],
    [{ volumeType: 'st1', sizeGb: 500, iops: 500 }, /^iops: .* takes no IOPS/],
    [{ volumeType: 'io1' }, /^iops: is missing: io1 needs 100 to 64000/],
    [{ volumeType: 'io1', sizeGb: 4, iops: 201 }, /^iops: 201 .* 50 IOPS a GiB, 200 for 4 GiB/],
    [{ volumeType: 'io2', sizeGb: 3, iops: 100 }, /^sizeGb: 3 .* 4 to 65536/],
    [{ kmsKeyId: 'alias/key', encrypted: false }, /^kmsKeyId: a key needs an encrypted volume/],
  ];
  for (const [wish, message] of bad) t.match(messages(wish), [message], JSON.stringify(wish));
});

test('judges nothing that is not known', async (t) => {
  t.strictSame(messages({ volumeType: 'nvme', sizeGb: 0 }), []);
  t.strictSame(messages({ volumeType: undefined, iops: 1 }), []);
  t.strictSame(messages({ sizeGb: undefined, iops: 80_000 }), []);
});
