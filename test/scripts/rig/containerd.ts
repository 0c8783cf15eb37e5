import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../../../scripts/build/run-tool.ts';
import { startProcess, waitUntilReady } from '../../../scripts/rig/processes.ts';

/** A containerd of one test's own, without Kubernetes' interface: it loads images and runs them. */
export interface Containerd {
  /** Loads an archive as a node does, and gives what it printed. */
  import(archive: string): Promise<string>;
  /** `ctr` in the namespace of Kubernetes' images; gives its standard output. */
  ctr(...args: readonly string[]): Promise<string>;
  /** Starts a container, and returns while it runs; a command in place of the image's, and options of `ctr run`. */
  start(id: string, reference: string, argv?: readonly string[], options?: readonly string[]): Promise<void>;
  /** As `start`, but to the container's end; gives its standard output. */
  run(reference: string, argv?: readonly string[], options?: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

export async function startContainerd(): Promise<Containerd> {
  const folder = await mkdtemp(join(tmpdir(), 'firecamp-containerd-'));
  const [config, socket] = [join(folder, 'config.toml'), join(folder, 'socket')];
  await writeFile(config, configuration(folder, socket));
  const server = await startProcess('containerd', ['--config', config], join(folder, 'log'));
  const ctr = (...args: readonly string[]) => runTool('ctr', ['--address', socket, '--namespace', 'k8s.io', ...args]);
  const end = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitUntilReady('containerd', server, async () => (await ctr('version')) !== '');
  } catch (error) {
    await end();
    throw error;
  }
  // All containerds of a machine would have runc keep its containers in one place, where two with one name meet.
  const runCommand = ['run', '--runc-root', join(folder, 'runc')];
  let containers = 0;
  return {
    ctr,
    import: (archive) => ctr('images', 'import', archive),
    start: async (id, reference, argv = [], options = []) => {
      await ctr(...runCommand, '--detach', ...options, reference, id, ...argv);
    },
    run: (reference, argv = [], options = []) =>
      ctr(...runCommand, '--rm', ...options, reference, `container-${++containers}`, ...argv),
    stop: async () => {
      // Containers outlive containerd, and hold its folder.
      const left = (await ctr('task', 'list', '--quiet')).split('\n').filter(Boolean);
      for (const id of left) await ctr('task', 'delete', '--force', id);
      await end();
    },
  };
}

function configuration(folder: string, socket: string): string {
  return [
    'version = 2',
    `root = "${join(folder, 'root')}"`,
    `state = "${join(folder, 'state')}"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    '[grpc]',
    `  address = "${socket}"`,
    '',
  ].join('\n');
}
