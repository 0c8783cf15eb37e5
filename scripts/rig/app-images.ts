import { join } from 'node:path';
import { writeOciArchive } from '../images/oci-archive.ts';
import { type ImageConfig, writeImageFolder } from './app-images/image-folder.ts';
import { type FillLayer, ingredients, packagesOf, pauseLayer, redisLayer, toolsLayer } from './app-images/layers.ts';
import { makeOnce, rigCache, shortHash } from './cache.ts';

interface AppImage {
  /** The name under which a node knows it once its archive is imported: no registry has it. */
  readonly reference: string;
  readonly packages: readonly string[];
  readonly fill: FillLayer;
  readonly config: ImageConfig;
}

const path = 'PATH=/usr/bin:/bin';

const redisConfig: ImageConfig = {
  Entrypoint: ['redis-entrypoint'],
  Cmd: ['redis-server'],
  Env: [path],
  WorkingDir: '/data',
};

/** Images of what runs beside the product on a cluster of tests. */
const images = {
  /** What a pod's sandbox runs; for containerd's setting `sandbox_image`. */
  pause: {
    reference: 'localhost/firecamp-test/pause:1',
    packages: packagesOf.pause,
    fill: pauseLayer,
    config: { Entrypoint: ['/pause'] },
  },
  /** A client: a shell and the common commands. */
  tools: {
    reference: 'localhost/firecamp-test/tools:1',
    packages: packagesOf.tools,
    fill: toolsLayer,
    config: { Entrypoint: [], Cmd: ['sh'], Env: [path] },
  },
  redis: {
    reference: 'localhost/firecamp-test/redis:7',
    packages: packagesOf.redis,
    fill: redisLayer,
    config: redisConfig,
  },
  /** The same under the next version: a service can be updated to it. */
  'redis-next': {
    reference: 'localhost/firecamp-test/redis:7.1',
    packages: packagesOf.redis,
    fill: redisLayer,
    config: { ...redisConfig, Labels: { 'org.opencontainers.image.version': '7.1' } },
  },
} as const satisfies Readonly<Record<string, AppImage>>;

export type AppImageName = keyof typeof images;

export const appImageNames = Object.keys(images) as AppImageName[];

/** The image's name, for manifests and for containerd's settings. */
export function appImageReference(name: AppImageName): string {
  return images[name].reference;
}

/**
 * Path of an archive of the image, for `ctr --namespace k8s.io images import`; made once for each content, of Debian's packages, of which
 * nothing is installed.
 *
 * @throws RigUnavailableError where Debian's packages, or a C compiler, cannot be had.
 */
export async function appImageArchive(name: AppImageName): Promise<string> {
  const { reference, packages, fill, config }: AppImage = images[name];
  const folder = join(rigCache(), 'app-images');
  const target = join(folder, `${name}-${shortHash(...(await ingredients(packages)))}.tar`);
  return makeOnce(target, async (scratch) => {
    const root = join(scratch, 'root');
    await fill(root);
    const image = join(scratch, 'image');
    await writeImageFolder(image, root, config);
    const archive = join(scratch, 'archive');
    await writeOciArchive(archive, join(scratch, 'layout'), new Map([[reference, image]]));
    return archive;
  });
}

/** Makes all of them, one after the other: they have packages in common. */
export async function appImageArchives(): Promise<void> {
  for (const name of appImageNames) await appImageArchive(name);
}
