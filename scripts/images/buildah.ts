import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../build/run-tool.ts';
import { type Architecture, namesOf } from '../rig/architecture.ts';
import { debianCommand } from '../rig/debian.ts';

/** The images, by the Dockerfile's targets. */
export const imageNames = ['firecamp-initcontainer', 'firecamp-stopcontainer', 'firecamp'] as const;
export type ImageName = (typeof imageNames)[number];

/** What the labels say of where an image comes from. */
export interface Origin {
  readonly version: string;
  /** The commit. */
  readonly revision: string;
  /** ISO 8601. */
  readonly created: string;
  /** Address of the sources; empty where nobody says. */
  readonly source: string;
}

/** What the images are, besides their content. */
export interface Identity extends Origin {
  readonly arch: Architecture;
}

/**
 * Builds the images with buildah, as root, without a registry and without running anything, into folders `<scratch>/built/<name>`:
 * manifest.json, and each blob under the hexadecimal digits of its digest (containers/image's transport "dir"), layers not compressed.
 * @param context filled by `assembleContext`.
 * @param scratch an empty folder; the caller removes it.
 * @param names what to build, if not all.
 * @returns the folder of each image.
 */
export async function buildImages(
  dockerfile: string,
  context: string,
  scratch: string,
  { arch, ...origin }: Identity,
  names: readonly ImageName[] = imageNames,
): Promise<ReadonlyMap<ImageName, string>> {
  const buildah = await debianCommand('buildah', 'buildah');
  const store = ['--root', join(scratch, 'storage'), '--runroot', join(scratch, 'run'), '--storage-driver', 'vfs'];
  const env = { ...process.env, TMPDIR: scratch, BUILDAH_ISOLATION: 'chroot' };
  const run = (...args: string[]) => runTool(buildah, [...store, ...args], { env });
  const folders = names.map((name): [ImageName, string] => [name, join(scratch, 'built', name)]);
  await mkdir(join(scratch, 'built'), { recursive: true });
  for (const [name, folder] of folders) {
    const reference = `localhost/${name}:${origin.version}`;
    // One time for all files of all layers: a layer is the same as long as its content is.
    const fixed = ['--timestamp', '0', '--layers', '--pull-never', '--format', 'oci', '--quiet'];
    const platform = ['--os', 'linux', '--arch', namesOf(arch).debian];
    const labels = Object.entries(origin).flatMap(([key, value]) => ['--build-arg', `${key.toUpperCase()}=${value}`]);
    await run(
      'bud',
      ...fixed,
      ...platform,
      ...labels,
      '--target',
      name,
      '--file',
      dockerfile,
      '--tag',
      reference,
      context,
    );
    await run('push', '--disable-compression', '--quiet', reference, `dir:${folder}`);
  }
  return new Map(folders);
}
