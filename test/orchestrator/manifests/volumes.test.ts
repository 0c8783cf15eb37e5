import { test } from 'tap';
import { persistentVolumes } from '../../../orchestrator/manifests/persistent-volume.ts';
import { storageClasses } from '../../../orchestrator/manifests/storage-class.ts';
import { specOf } from './parts.ts';
import { bare, cluster, facts, redis } from './sample-service.ts';

test('a StorageClass asks the EBS CSI driver for what the volume shall be, in strings and in total IOPS', async (t) => {
  const [data, journal] = storageClasses(redis, facts);
  t.match(data, {
    metadata: { name: 'redis-data' },
    provisioner: 'ebs.csi.aws.com',
    reclaimPolicy: 'Retain',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  t.strictSame(data?.['parameters'], {
    ...{ type: 'gp3', iops: '4000', throughput: '250', encrypted: 'true', kmsKeyId: 'alias/data' },
    'csi.storage.k8s.io/fstype': 'xfs',
  });
  t.equal(journal?.metadata.name, 'redis-journal');
  t.strictSame(journal?.['parameters'], {
    ...{ type: 'io2', iops: '1000', encrypted: 'false' },
    'csi.storage.k8s.io/fstype': 'xfs',
  });
  t.strictSame(storageClasses(bare, facts), []);
});

test('each EBS volume has a PersistentVolume in its zone, and the claim that the StatefulSet’s pod looks for', async (t) => {
  const objects = persistentVolumes(redis, facts, cluster);
  t.strictSame(
    objects.slice(4, 8).map(({ kind, metadata }) => [kind, metadata.name]),
    [
      ['PersistentVolume', 'redis-data-pv-redis-1'],
      ['PersistentVolumeClaim', 'redis-data-redis-1'],
      ['PersistentVolume', 'redis-journal-pv-redis-1'],
      ['PersistentVolumeClaim', 'redis-journal-redis-1'],
    ],
  );
  const [, , , , volume, claim] = objects.map(specOf);
  t.match(volume, {
    capacity: { storage: '1Ti' },
    csi: { driver: 'ebs.csi.aws.com', fsType: 'xfs', volumeHandle: 'vol-0d1' },
    claimRef: { namespace: 'data', name: 'redis-data-redis-1' },
    persistentVolumeReclaimPolicy: 'Retain',
  });
  t.match(claim, { volumeName: 'redis-data-pv-redis-1', storageClassName: 'redis-data' });
  t.strictSame(volume?.['nodeAffinity'], {
    required: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: 'topology.ebs.csi.aws.com/zone', operator: 'In', values: ['us-east-1b'] },
            { key: 'example.com/subnet-id', operator: 'In', values: ['subnet-01'] },
          ],
        },
      ],
    },
  });
});

test('what is not in a namespace says by a label which namespace’s service it is of', async (t) => {
  const objects = [...storageClasses(redis, facts), ...persistentVolumes(redis, facts, cluster)];
  const clusterScoped = objects.filter(({ metadata }) => metadata.namespace === undefined);
  t.equal(clusterScoped.length, 2 + 6);
  for (const { metadata } of clusterScoped) t.equal(metadata.labels['firecamp-namespace'], 'data', metadata.name);
});

test('a volume that is not made yet has no PersistentVolume', async (t) => {
  const members = facts.members.slice(0, 1).map((member) => ({ ...member, dataVolumeId: undefined }));
  t.strictSame(
    persistentVolumes(redis, { ...facts, members }, cluster).map(({ metadata }) => metadata.name),
    ['redis-journal-pv-redis-0', 'redis-journal-redis-0'],
  );
});
