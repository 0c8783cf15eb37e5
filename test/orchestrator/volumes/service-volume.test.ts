import { test } from 'tap';
import { memberPersistentVolume, memberVolumeClaim } from '../../../orchestrator/manifests/member-volume.ts';
import { applyObjects } from '../../../orchestrator/objects/apply-objects.ts';
import type { VolumeRequest } from '../../../orchestrator/service-operations.ts';
import { createServiceVolume } from '../../../orchestrator/volumes/create-service-volume.ts';
import { deleteServiceVolume } from '../../../orchestrator/volumes/delete-service-volume.ts';
import { gibOf } from '../../../orchestrator/volumes/storage-size.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { eventually } from '../eventually.ts';
import { orchestratorWorld, wholeCluster } from '../world.ts';

interface Live {
  readonly metadata: { readonly uid: string; readonly [field: string]: unknown };
  readonly spec: { readonly [field: string]: unknown };
  readonly status: { readonly phase: string };
}

test('on a whole control plane', async (t) => {
  if (!(await needs(t, 'kube-cluster'))) return;
  const kube = await wholeCluster(t);
  const world = await orchestratorWorld(t, kube);
  const { namespace } = world;
  const live = { signal: new AbortController().signal };
  const ebs = async (sizeGb: number) => {
    const open = { iops: undefined, throughput: undefined, encrypted: false, kmsKeyId: undefined };
    const clientToken = `token-${Math.random()}`;
    const wish = { zone: 'us-east-1b', sizeGb, volumeType: 'gp3', tags: { a: 'b' }, clientToken, ...open };
    return (await world.ports.volumes.create(wish, live)).id;
  };
  const read = async (path: string) => (await kube.admin('GET', path)) as Live;
  const volumePath = '/api/v1/persistentvolumes/redis-data-pv-redis-1';
  const claimPath = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/redis-data-redis-1`;
  const both = async (volumePhase: string, claimPhase: string) =>
    await eventually(async () => {
      const [volume, claim] = await Promise.all([read(volumePath), read(claimPath)]);
      if (volume.status.phase !== volumePhase || claim.status.phase !== claimPhase) {
        throw new Error(`volume ${volume.status.phase}, claim ${claim.status.phase}`);
      }
      return { volume, claim };
    });
  const volumeId = await ebs(10);
  const request: VolumeRequest = { service: 'redis', memberName: 'redis-1', volumeId, sizeGb: 10, journal: false };

  await t.test('a volume gets a PersistentVolume in its zone and a claim that is bound to it, once', async (t) => {
    await createServiceVolume(world.operation({ dryRun: 'server' }), request);
    t.match(await rejectionOf(kube.admin('GET', volumePath)), { status: 404 });
    t.equal(await createServiceVolume(world.operation(), request), volumeId);
    const { volume, claim } = await both('Bound', 'Bound');
    t.match(volume.spec, {
      capacity: { storage: '10Gi' },
      csi: { driver: 'ebs.csi.aws.com', volumeHandle: volumeId, fsType: 'xfs' },
      persistentVolumeReclaimPolicy: 'Retain',
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ values: ['us-east-1b'] }] }] } },
    });
    t.equal(await createServiceVolume(world.operation(), request), volumeId);
    t.strictSame(await both('Bound', 'Bound'), { volume, claim }, 'and the second time nothing is written');
    const journal = { ...request, volumeId: await ebs(1), sizeGb: 1, journal: true };
    await createServiceVolume(world.operation(), journal);
    t.match(await read('/api/v1/persistentvolumes/redis-journal-pv-redis-1'), {
      spec: { storageClassName: 'redis-journal' },
    });
  });

  await t.test('the member’s volume is told where it already has another one, and stays', async (t) => {
    const { volume } = await both('Bound', 'Bound');
    t.equal(await createServiceVolume(world.operation(), { ...request, volumeId: 'vol-0123' }), volumeId);
    t.strictSame(await read(volumePath), volume);
  });

  await t.test('a volume that is too small or not there is refused, with everything that is wrong', async (t) => {
    const small = await rejectionOf(createServiceVolume(world.operation(), { ...request, sizeGb: 11 }));
    t.match(small, { code: 'FC-VOL-001', message: /has 10 GiB, and 11 .*; PersistentVolume .* says 10 GiB/ });
    const gone = { ...request, memberName: 'redis-7', volumeId: 'vol-0123456789abcdef0' };
    const error = await rejectionOf(createServiceVolume(world.operation(), gone));
    t.match(error, { code: 'FC-VOL-001', message: /vol-0123456789abcdef0 does not exist/ });
    const stranger = { ...request, memberName: 'redis-01' };
    t.match(await rejectionOf(createServiceVolume(world.operation(), stranger)), { code: 'FC-CFG-001' });
  });

  await t.test('a claim whose PersistentVolume was deleted is bound again, and an apply leaves it so', async (t) => {
    const before = await both('Bound', 'Bound');
    await kube.admin('DELETE', volumePath);
    const ending = await read(volumePath);
    await kube.admin('PUT', volumePath, { ...ending, metadata: { ...ending.metadata, finalizers: [] } });
    await eventually(async () => {
      if ((await read(claimPath)).status.phase !== 'Lost') throw new Error('the claim is not Lost');
    });
    await createServiceVolume(world.operation(), request);
    const after = await both('Bound', 'Bound');
    t.equal(after.claim.metadata.uid, before.claim.metadata.uid);
    const service = { name: 'redis', cluster: 'demo', namespace };
    const named = { kind: 'data', ordinal: 1, volumeId, sizeGb: 10, zone: 'us-east-1b', subnet: undefined } as const;
    const wanted = memberPersistentVolume(service, { serviceUuid: undefined }, named);
    const owner = { service: 'redis', serviceUuid: undefined };
    t.match(await applyObjects(world.operation(), [wanted], owner), [{ action: 'keep' }]);
    const grown = { ...wanted, metadata: { ...wanted.metadata, labels: { ...wanted.metadata.labels, more: 'yes' } } };
    t.match(await applyObjects(world.operation(), [grown], owner), [{ action: 'update' }]);
    t.match((await read(volumePath)).spec, { claimRef: { uid: after.claim.metadata.uid } });
  });

  await t.test('a volume that was released by a deleted claim gets the next one', async (t) => {
    const before = await both('Bound', 'Bound');
    await kube.admin('DELETE', claimPath);
    await eventually(async () => {
      if ((await read(volumePath)).status.phase !== 'Released') throw new Error('the volume is not Released');
    });
    await createServiceVolume(world.operation(), request);
    const after = await both('Bound', 'Bound');
    t.not(after.claim.metadata.uid, before.claim.metadata.uid);
    t.equal(after.volume.metadata.uid, before.volume.metadata.uid);
  });

  await t.test('an apply of both brings a claim and a volume together again that lost each other', async (t) => {
    const service = { name: 'redis', cluster: 'demo', namespace };
    const facts = { serviceUuid: undefined };
    const named = { kind: 'data', ordinal: 1, volumeId, sizeGb: 10, zone: 'us-east-1b', subnet: undefined } as const;
    const objects = [memberPersistentVolume(service, facts, named), memberVolumeClaim(service, facts, named)];
    const owner = { service: 'redis', serviceUuid: undefined };
    await kube.admin('DELETE', claimPath);
    await eventually(async () => {
      if ((await read(volumePath)).status.phase !== 'Released') throw new Error('the volume is not Released');
    });
    await applyObjects(world.operation(), objects, owner);
    const { claim } = await both('Bound', 'Bound');
    await kube.admin('DELETE', volumePath);
    const ending = await read(volumePath);
    await kube.admin('PUT', volumePath, { ...ending, metadata: { ...ending.metadata, finalizers: [] } });
    await eventually(async () => {
      if ((await read(claimPath)).status.phase !== 'Lost') throw new Error('the claim is not Lost');
    });
    await applyObjects(world.operation(), objects, owner);
    t.equal((await both('Bound', 'Bound')).claim.metadata.uid, claim.metadata.uid);
  });

  await t.test('another namespace’s service of this name is refused, and its volume not deleted', async (t) => {
    const other = await kube.newNamespace();
    const elsewhere = world.operation({ settings: { ...world.settings, namespace: other } });
    const error = await rejectionOf(createServiceVolume(elsewhere, request));
    t.match(error, { code: 'FC-K8S-005', message: new RegExp(`in namespace ${namespace}`) });
    t.match(await deleteServiceVolume(elsewhere, request), [{ action: 'keep', kind: 'PersistentVolume' }]);
    await both('Bound', 'Bound');
  });

  await t.test('a volume is deleted from Kubernetes, claim first, and stays in EC2', async (t) => {
    const changes = await deleteServiceVolume(world.operation(), request);
    t.strictSame(
      changes.map(({ action, kind }) => `${action} ${kind}`),
      ['delete PersistentVolumeClaim', 'delete PersistentVolume'],
    );
    t.match(await rejectionOf(kube.admin('GET', claimPath)), { status: 404 });
    t.match(await rejectionOf(kube.admin('GET', volumePath)), { status: 404 });
    t.strictSame(await deleteServiceVolume(world.operation(), request), []);
    t.match(await world.ports.volumes.describe([volumeId], live), [{ id: volumeId, state: 'available' }]);
  });
});

test('a size is understood in every unit that Kubernetes has, and rounded up to GiB', async (t) => {
  const sizes = ['10Gi', '1Ti', '1024Mi', '1G', '1025Mi', '10737418240', '1.5Gi', 'much', undefined].map(gibOf);
  t.strictSame(sizes, [10, 1024, 1, 1, 2, 10, 2, undefined, undefined]);
});
