import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { type Test, test } from 'tap';
import { memberPersistentVolume } from '../../../../orchestrator/manifests/member-volume.ts';
import { startEbsDriver } from '../../../../scripts/rig/ebs-driver/ebs-driver.ts';
import { type KubeApi, kubeApiOf } from '../../../../scripts/rig/kube-api.ts';
import { startKubeApiServer } from '../../../../scripts/rig/kube-api-server.ts';
import { canUseNamespaces } from '../../../../scripts/rig/network/namespace.ts';
import { needs } from '../../../../scripts/rig/requirements.ts';
import { type Cloud, startCloud } from '../../../cloud/cloud.ts';
import { demoTopology } from '../../../cloud/demo-topology.ts';
import { eventually } from '../../../orchestrator/eventually.ts';
import { startMountNode } from './mount-node.ts';
import { PlayedKubelet } from './played-kubelet.ts';

const zone = 'us-east-1a';
const [instanceA, instanceB] = ['i-00000000000000001', 'i-00000000000000002'];
const storage = '/apis/storage.k8s.io/v1';
const staging = '/var/lib/kubelet/plugins/kubernetes.io/csi/ebs.csi.aws.com/0/globalmount';
const target = '/var/lib/kubelet/pods/1/volumes/kubernetes.io~csi/data/mount';

test('the EBS driver of the rig, asked as kubelet and the attach-detach controller ask', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const use = canUseNamespaces();
  if (!use.ok) return t.plan(0, use.why);
  const world = await startWorld(t);
  const { api, cloud, driver, a, b, dataRoot } = world;
  const volumeOf = (id: string) => {
    const found = cloud.ec2.volumes.get(id);
    if (found === undefined) throw new Error(`${id} was made`);
    return found;
  };

  t.test('tells kubelet which instance its node is, and in which zone, by a path of the node', async (t) => {
    const { info, node } = await a.kubelet.register(api, 'node-a');
    t.match(info, { type: 'CSIPlugin', name: 'ebs.csi.aws.com', supportedVersions: ['1.0.0'] });
    t.match(info, { endpoint: '/var/lib/kubelet/plugins/ebs.csi.aws.com/csi.sock' });
    t.match(node, { nodeId: instanceA, accessibleTopology: { segments: { 'topology.ebs.csi.aws.com/zone': zone } } });
    await b.kubelet.register(api, 'node-b');
    const capabilities = await a.kubelet.node('NodeGetCapabilities', {});
    t.match(capabilities, { capabilities: [{ rpc: { type: 'STAGE_UNSTAGE_VOLUME' } }] });
    const csiDriver = await api.admin('GET', `${storage}/csidrivers/ebs.csi.aws.com`);
    t.match(csiDriver, { spec: { attachRequired: true, fsGroupPolicy: 'File' } });
  });

  t.test('attaches a volume, formats it once, and shows it to a pod at its path', async (t) => {
    const { id, attach } = await newVolume(world);
    const early = a.kubelet.node('NodeStageVolume', stage(id, 'xfs'));
    await t.rejects(early, { code: status.NOT_FOUND }, 'no device before it is attached');
    const attachment = await attach('node-a');
    await eventually(() => attached(api, attachment));
    t.equal(volumeOf(id).attachedTo, instanceA);
    // Kubelet asks again whenever it is not sure.
    for (let time = 0; time < 2; time += 1) {
      await a.kubelet.node('NodeStageVolume', stage(id, 'xfs'));
      await a.kubelet.node('NodePublishVolume', publish(id));
    }
    t.equal(await a.node.run(['find', target, '-mindepth', '1']), '', 'xfs begins empty');
    await a.node.run(['sh', '-c', `echo from-a > ${target}/file`]);
    t.equal(await readFile(join(dataRoot, id, 'file'), 'utf8'), 'from-a\n');
    t.strictSame(await readdir(join(a.node.kubeletDir, 'pods/1/volumes/kubernetes.io~csi/data/mount')), []);
    for (let time = 0; time < 2; time += 1) {
      await a.kubelet.node('NodeUnpublishVolume', { volumeId: id, targetPath: target });
      await a.kubelet.node('NodeUnstageVolume', { volumeId: id, stagingTargetPath: staging });
    }
    await t.rejects(a.node.run(['test', '-e', target]), 'nothing is left of the pod’s path');
    await api.admin('DELETE', attachment);
    await eventually(() => gone(api, attachment));
    t.equal(volumeOf(id).attachedTo, undefined);
  });

  t.test('gives ext4 its lost+found, and mounts for reading alone when asked', async (t) => {
    const { id, attach } = await newVolume(world);
    const attachment = await attach('node-a');
    await eventually(() => attached(api, attachment));
    await a.kubelet.node('NodeStageVolume', stage(id, 'ext4'));
    await a.kubelet.node('NodePublishVolume', { ...publish(id), readonly: true });
    t.equal((await a.node.run(['ls', target])).trim(), 'lost+found');
    t.equal((await stat(join(dataRoot, id))).mode & 0o777, 0o755);
    await t.rejects(a.node.run(['touch', `${target}/file`]), /Read-only file system/);
    const block = { ...stage(id, ''), volumeCapability: { block: {} } };
    await t.rejects(a.kubelet.node('NodeStageVolume', block), { code: status.UNIMPLEMENTED });
    await a.kubelet.node('NodeUnpublishVolume', { volumeId: id, targetPath: target });
    await a.kubelet.node('NodeUnstageVolume', { volumeId: id, stagingTargetPath: staging });
    await api.admin('DELETE', attachment);
    await eventually(() => gone(api, attachment));
  });

  t.test(
    'refuses a volume to a second instance until the first has unmounted it; then its data is there',
    async (t) => {
      const { id, attach } = await newVolume(world);
      const first = await attach('node-a');
      await eventually(() => attached(api, first));
      await a.kubelet.node('NodeStageVolume', stage(id, 'xfs'));
      await a.kubelet.node('NodePublishVolume', publish(id));
      await a.node.run(['sh', '-c', `echo from-a > ${target}/file`]);

      const second = await attach('node-b');
      const refused = await eventually(() => troubled(api, second, 'attachError'));
      t.match(refused, /VolumeInUse: vol-\w+ is already attached to an instance/);
      await api.admin('DELETE', first);
      t.match(
        await eventually(() => troubled(api, first, 'detachError')),
        new RegExp(`busy: ${instanceA} has it mounted`),
      );
      t.equal(volumeOf(id).attachedTo, instanceA, 'a volume that is mounted stays');
      await t.rejects(b.kubelet.node('NodeStageVolume', stage(id, 'xfs')), { code: status.NOT_FOUND });

      await a.kubelet.node('NodeUnpublishVolume', { volumeId: id, targetPath: target });
      await a.kubelet.node('NodeUnstageVolume', { volumeId: id, stagingTargetPath: staging });
      await eventually(() => gone(api, first));
      await eventually(() => attached(api, second));
      t.equal(volumeOf(id).attachedTo, instanceB);
      await b.kubelet.node('NodeStageVolume', stage(id, 'xfs'));
      await b.kubelet.node('NodePublishVolume', publish(id));
      t.equal(await b.node.run(['cat', `${target}/file`]), 'from-a\n');
      await b.kubelet.node('NodeUnpublishVolume', { volumeId: id, targetPath: target });
      await b.kubelet.node('NodeUnstageVolume', { volumeId: id, stagingTargetPath: staging });
      await api.admin('DELETE', second);
      await eventually(() => gone(api, second));
    },
  );

  t.test('keeps a PersistentVolume that is deleted until its volume is detached', async (t) => {
    const { attach, pv } = await newVolume(world);
    const attachment = await attach('node-b');
    await eventually(() => attached(api, attachment));
    await api.admin('DELETE', pv);
    t.strictSame(await finalizersOf(api, pv), ['kubernetes.io/pv-protection', 'external-attacher/ebs-csi-aws-com']);
    await api.admin('DELETE', attachment);
    await eventually(async () => {
      // The other one is for a controller that does not run here.
      if ((await finalizersOf(api, pv)).length > 1) throw new Error('the driver keeps it still');
    });
    await t.resolves(eventually(() => gone(api, attachment)));
  });

  t.test('lets a volume go that a dead node had mounted, although its kubelet and its CSINode are gone', async (t) => {
    const { id, attach } = await newVolume(world);
    const attachment = await attach('node-b');
    await eventually(() => attached(api, attachment));
    await b.kubelet.node('NodeStageVolume', stage(id, 'xfs'));
    await api.admin('DELETE', `${storage}/csinodes/node-b`);
    await api.admin('DELETE', attachment);
    await eventually(() => troubled(api, attachment, 'detachError'));
    await b.node.stop();
    await eventually(() => gone(api, attachment));
    t.equal(volumeOf(id).attachedTo, undefined);
  });

  t.test('refuses a folder that is too deep for its sockets, and leaves none behind when it stops', async (t) => {
    const kubeletDir = `/tmp/${'x'.repeat(80)}`;
    const node = { name: 'deep', instanceId: instanceB, zone, kubeletDir, inNode: b.node.run, isOn: b.node.isOn };
    t.teardown(() => rm(kubeletDir, { recursive: true }));
    await t.rejects(driver.addNode(node), /may have 107: shorten its folder/);
    await writeFile(join(a.node.kubeletDir, 'plugins_registry', 'other.sock'), '');
    await driver.stop();
    t.strictSame(await readdir(join(a.node.kubeletDir, 'plugins_registry')), ['other.sock']);
  });
});

interface World {
  readonly api: KubeApi;
  readonly cloud: Cloud;
}

async function startWorld(t: Test) {
  const server = await startKubeApiServer();
  t.teardown(() => server.stop());
  const api = await kubeApiOf(server);
  const cloud = await startCloud(demoTopology());
  t.teardown(() => cloud.close());
  const dataRoot = await mkdtemp('/tmp/ebs-data-');
  t.teardown(() => rm(dataRoot, { recursive: true, force: true }));
  const driver = await startEbsDriver({ api, ec2: cloud.ec2, dataRoot, log: (line) => t.comment(line) });
  t.teardown(() => driver.stop());
  const nodeFor = async (name: string, instanceId: string) => {
    const node = await startMountNode();
    t.teardown(() => node.stop());
    const { kubeletDir, run, isOn } = node;
    await driver.addNode({ name, instanceId, zone, kubeletDir, inNode: run, isOn });
    return { node, kubelet: new PlayedKubelet(node.kubeletDir) };
  };
  const a = await nodeFor('node-a', instanceA);
  const b = await nodeFor('node-b', instanceB);
  return { api, cloud, driver, dataRoot, a, b };
}

/** A volume with the PersistentVolume that the orchestrator makes of it. */
async function newVolume({ api, cloud }: World) {
  const id = cloud.ec2.newId('vol');
  const shape = { type: 'gp3', size: 1, iops: 3_000, throughput: 125, encrypted: false, kmsKeyId: undefined };
  const fresh = { token: undefined, asked: '', createdAt: 0, attachedTo: undefined, mounted: false, busy: false };
  cloud.ec2.volumes.set(id, { id, zone, ...shape, ...fresh, tags: new Map() });
  const name = `s${randomBytes(4).toString('hex')}`;
  const member = { kind: 'data', ordinal: 0, volumeId: id, sizeGb: 1, zone, subnet: undefined } as const;
  const service = { name, cluster: 'demo', namespace: 'default' };
  const body = memberPersistentVolume(service, { serviceUuid: name }, member);
  const volumes = '/api/v1/persistentvolumes';
  await api.admin('POST', volumes, body);
  return {
    id,
    pv: `${volumes}/${body.metadata.name}`,
    /** Asks for it on a node as the attach-detach controller does; the path of what it asked with. */
    async attach(nodeName: string): Promise<string> {
      const source = { persistentVolumeName: body.metadata.name };
      const metadata = { name: `csi-${id}-${nodeName}` };
      const spec = { attacher: 'ebs.csi.aws.com', nodeName, source };
      await api.admin('POST', `${storage}/volumeattachments`, { metadata, spec });
      return `${storage}/volumeattachments/${metadata.name}`;
    },
  };
}

function stage(volumeId: string, fsType: string) {
  return { volumeId, stagingTargetPath: staging, volumeCapability: { mount: { fsType } } };
}

function publish(volumeId: string) {
  return { volumeId, stagingTargetPath: staging, targetPath: target };
}

interface Attachment {
  readonly status?: { readonly attached: boolean; readonly [error: string]: unknown };
}

async function attached(api: KubeApi, path: string): Promise<void> {
  const { status: now } = (await api.admin('GET', path)) as Attachment;
  if (!now?.attached) throw new Error(`${path} is not attached: ${JSON.stringify(now)}`);
}

async function troubled(api: KubeApi, path: string, field: 'attachError' | 'detachError'): Promise<string> {
  const { status: now } = (await api.admin('GET', path)) as Attachment;
  const trouble = now?.[field] as { message: string } | undefined;
  if (trouble === undefined) throw new Error(`${path} has no ${field}: ${JSON.stringify(now)}`);
  return trouble.message;
}

async function finalizersOf(api: KubeApi, path: string): Promise<readonly string[]> {
  const { metadata } = (await api.admin('GET', path)) as { metadata: { finalizers: readonly string[] } };
  return metadata.finalizers;
}

async function gone(api: KubeApi, path: string): Promise<void> {
  try {
    await api.admin('GET', path);
  } catch (error) {
    if ((error as { status?: number }).status === 404) return;
    throw error;
  }
  throw new Error(`${path} is still there`);
}
