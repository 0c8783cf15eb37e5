import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../../../scripts/build/run-tool.ts';
import { type BuiltImage, readBuiltImage } from '../../../scripts/images/built-image.ts';
import { followProgram, type Running } from '../../../scripts/rig/running-program.ts';
import type { TestPod } from './pod.ts';

/** An image on the disk of a node: its file system, and what its configuration says. */
export interface UnpackedImage {
  readonly rootfs: string;
  readonly entrypoint: readonly string[];
  readonly env: readonly string[];
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface ImageConfig {
  readonly config: {
    readonly Entrypoint: readonly string[];
    readonly Env: readonly string[];
    readonly User: string;
    readonly Labels: Readonly<Record<string, string>>;
  };
}

/** Lays the image's layers over each other, in a folder of its own in `dir`. */
export async function unpackImage(folder: string, dir: string): Promise<UnpackedImage> {
  const image: BuiltImage = await readBuiltImage(folder);
  const { config }: ImageConfig = JSON.parse(await readFile(image.blob(image.manifest.config), 'utf8'));
  const rootfs = await mkdtemp(join(dir, 'rootfs-'));
  // What mkdtemp makes is closed to all but root, and it becomes the container's "/".
  await chmod(rootfs, 0o755);
  for (const layer of image.manifest.layers) await runTool('tar', ['-x', '-p', '-f', image.blob(layer), '-C', rootfs]);
  return { rootfs, entrypoint: config.Entrypoint, env: config.Env, user: config.User, labels: config.Labels };
}

/** What a container may do beyond nothing. */
export interface ContainerOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly capabilities?: readonly string[];
}

/** A container by runc, with what containerd makes of our manifest's security context. */
export class ImageContainer {
  readonly id: string;
  readonly running: Running;
  readonly #state: string;

  private constructor(id: string, state: string, running: Running) {
    this.id = id;
    this.#state = state;
    this.running = running;
  }

  /** Starts the image's entrypoint in the network of the pod's node, with the pod's volumes. */
  static async start(pod: TestPod, image: UnpackedImage, options: ContainerOptions = {}): Promise<ImageContainer> {
    const base = await mkdtemp(join(pod.world.dir, 'container-'));
    const state = join(base, 'state');
    await mkdir(state);
    await writeFile(join(base, 'config.json'), JSON.stringify(specification(pod, image, options)));
    const id = `firecamp-test-${process.pid}-${base.slice(-6)}`;
    const argv = ['runc', '--root', state, 'run', '--bundle', base, id];
    const env = { PATH: process.env['PATH'] };
    const child = pod.world.fabric.exec(pod.node, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    return new ImageContainer(id, state, followProgram(child));
  }

  /** What an exec probe does; gives its exit code and output. */
  async exec(...argv: readonly string[]): Promise<{ code: number | null; out: string }> {
    return runTool('runc', ['--root', this.#state, 'exec', this.id, ...argv]).then(
      (out) => ({ code: 0, out }),
      (error) => ({ code: error.exitCode, out: error.message }),
    );
  }

  /** Whatever is left of it. */
  async remove(): Promise<void> {
    await runTool('runc', ['--root', this.#state, 'delete', '--force', this.id]).catch(() => undefined);
  }
}

/** The OCI runtime configuration. */
function specification(pod: TestPod, image: UnpackedImage, options: ContainerOptions) {
  const [uid = 0, gid = 0] = image.user.split(':').map(Number);
  const held = options.capabilities ?? [];
  const variables = { ...pod.env, ...inContainer, ...options.env };
  return {
    ociVersion: '1.0.2',
    process: {
      user: { uid, gid },
      args: [...image.entrypoint, ...(options.args ?? [])],
      env: [
        ...image.env,
        ...Object.entries(variables).flatMap(([key, value]) => (key === 'PATH' ? [] : [`${key}=${value}`])),
      ],
      cwd: '/',
      noNewPrivileges: true,
      // An added capability is effective for root only; nothing is ambient (containerd).
      capabilities: { bounding: held, permitted: uid === 0 ? held : [], effective: uid === 0 ? held : [] },
    },
    root: { path: image.rootfs, readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=65536k'] },
      bind(pod.dataDir, '/data'),
      bind(pod.runDir, '/run/firecamp'),
      bind(pod.terminationLog, '/dev/termination-log'),
      ...filesNamed(variables).map((file) => bind(file, file, 'ro')),
    ],
    // No network namespace: the node's is that of a pod with hostNetwork.
    linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'ipc' }, { type: 'uts' }] },
  };
}

/** The defaults, which the manifest relies on. */
const inContainer = {
  FIRECAMP_DATA_DIR: '/data',
  FIRECAMP_RUN_DIR: '/run/firecamp',
  FIRECAMP_TERMINATION_LOG: '/dev/termination-log',
};

/** Tokens and certificates that the environment names, by the paths that they have here. */
function filesNamed(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).flatMap(([key, value]) =>
    /_FILE$|_CERTS$/.test(key) && value !== '' ? [value] : [],
  );
}

function bind(source: string, destination: string, ...options: string[]) {
  return { destination, type: 'bind', source, options: ['bind', ...options] };
}
