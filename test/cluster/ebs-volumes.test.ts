import { beginOnCluster } from './harness/begin.ts';

const t = await beginOnCluster('EBS volumes on real kubelets');
if (t) {
  const { readFile } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const { appImageArchive } = await import('../../scripts/rig/app-images.ts');
  const { eventually } = await import('../e2e/harness/standing.ts');
  const { RealCluster } = await import('./harness/real-cluster.ts');
  const { VolumePods } = await import('./harness/volume-pods.ts');

  const subnet = 'a';
  const cluster = await RealCluster.start({
    nodes: [{ subnet }, { subnet }],
    images: [await appImageArchive('tools')],
  });
  t.teardown(() => cluster[Symbol.asyncDispose]());

  await t.test('a volume follows its pods from node to node, with its data and the group that owns it', async (t) => {
    const pods = await VolumePods.create(cluster, 'moved');
    await pods.start('first', 'node-1', 'stat -c "%u %g" /data; echo from-1 > /data/file');
    t.equal(pods.holder(), 'node-1');
    t.match(await pods.log('first'), /^0 2000\n/, 'kubelet gave it to the pod’s group');
    const file = join(cluster.services.volumes.dataRoot, pods.volumeId, 'file');
    t.equal(await readFile(file, 'utf8'), 'from-1\n');
    await pods.end('first');

    await pods.start('second', 'node-2', 'cat /data/file');
    t.equal(pods.holder(), 'node-2');
    t.equal(await pods.log('second'), 'from-1\n');
    await pods.end('second');
    await eventually('the volume is detached', async () => pods.holder() === undefined, 60_000);
    t.strictSame(await pods.deleteVolumeObjects(), [], 'nothing keeps the PersistentVolume');
  });

  await t.test(
    'the volume of a node that died goes to another once the node is said to be out of service',
    async (t) => {
      const pods = await VolumePods.create(cluster, 'outlived');
      await pods.start('first', 'node-2', 'echo from-2 > /data/file');
      await cluster.node('node-2').die();
      await cluster.nodeObjects.outOfService('node-2');
      await eventually('the pod of the dead node is gone', () => pods.isGone('first'), 120_000);
      await pods.start('second', 'node-1', 'cat /data/file');
      t.equal(pods.holder(), 'node-1');
      t.equal(await pods.log('second'), 'from-2\n');
      await pods.end('second');
      await eventually('the volume is detached', async () => pods.holder() === undefined, 60_000);
      t.strictSame(await pods.deleteVolumeObjects(), [], 'nothing keeps the PersistentVolume');
    },
  );
}
