import { test } from 'tap';
import { type VolumeWish, volumeFaults } from '../../../orchestrator/creation/volume-faults.ts';

const none = { iops: undefined, throughput: undefined, encrypted: true, kmsKeyId: undefined };
const volume = { mountPath: '/data', volumeType: 'gp3', sizeGb: 20, ...none };
const wish: VolumeWish = {
  ...{ ordinal: 0, member: 'redis-0', use: 'data', zone: 'us-east-1a', volume, volumeId: 'vol-1' },
};
const usable = { id: 'vol-1', zone: 'us-east-1a', sizeGb: 20, volumeType: 'gp3', state: 'available' };

test('takes a member’s volume only in its zone, as large as asked for, and in a state to be used', (t) => {
  const faults = (changed: Partial<typeof usable>, of: VolumeWish = wish) =>
    volumeFaults([of], new Map([[of, { ...usable, instanceIds: [], tags: {}, ...changed }]]));
  t.strictSame(faults({}), []);
  t.strictSame(faults({ sizeGb: 30 }), [], 'one that was grown by hand');
  t.match(faults({ zone: 'us-east-1b' }), [/vol-1.* is in us-east-1b and the member in us-east-1a/]);
  t.match(faults({ sizeGb: 10 }), [/vol-1.* has 10 GiB, and the service file says 20/]);
  t.match(faults({ state: 'error' }), [/vol-1.* is in the state error/]);
  t.match(volumeFaults([wish], new Map()), [/vol-1, the data volume of redis-0, does not exist/]);
  t.strictSame(volumeFaults([{ ...wish, volumeId: '' }], new Map()), [], 'one that was never made');
  t.end();
});
