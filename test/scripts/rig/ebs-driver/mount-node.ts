import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type RigProcess, run, startProcess, waitUntilReady } from '../../../../scripts/rig/processes.ts';

/** A node without a network and without programs: mounts of its own, and a /var/lib/kubelet. */
export interface MountNode {
  /** Its /var/lib/kubelet, as this process sees it. */
  readonly kubeletDir: string;
  /** False once it was stopped. */
  isOn(): boolean;
  /** Runs a command among its mounts. */
  run(argv: readonly string[]): Promise<string>;
  /** Its mounts are gone, and its /var/lib/kubelet too. */
  stop(): Promise<void>;
}

const asRoot = process.getuid?.() === 0;

export async function startMountNode(): Promise<MountNode> {
  // A short path: sockets below it have little room.
  const folder = await mkdtemp('/tmp/ebs-node-');
  const kubeletDir = join(folder, 'k');
  await mkdir(kubeletDir);
  const boot = [
    'mount -t tmpfs tmpfs /var/lib && mkdir /var/lib/kubelet',
    `mount --bind ${kubeletDir} /var/lib/kubelet && echo booted && exec sleep infinity`,
  ].join(' && ');
  const spaces = [...(asRoot ? [] : ['--user', '--map-root-user']), '--mount', '--propagation', 'private'];
  const first: RigProcess = await startProcess('unshare', [...spaces, 'sh', '-c', boot], join(folder, 'log'));
  await waitUntilReady('the node', first, async () => (await first.tail()) === 'booted');
  const enter = [`--target=${first.pid}`, ...(asRoot ? [] : ['--user', '--preserve-credentials']), '--mount', '--'];
  return {
    kubeletDir,
    isOn: () => !first.ended(),
    run: (argv) => run('nsenter', [...enter, ...argv]),
    async stop() {
      await first.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
