import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../../build/run-tool.ts';
import type { Descriptor } from '../../images/built-image.ts';
import { namesOf, ownArchitecture } from '../architecture.ts';

/** How containers of an image start (OCI image specification, config.md, "config"). */
export interface ImageConfig {
  readonly Entrypoint: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
}

/**
 * Makes an image of one layer, in the form in which buildah leaves one ("dir"): manifest.json, and each blob under its digest. The same files and
 * configuration give the same image.
 *
 * @param folder where the image is written; made.
 * @param root the files of the image; all of them belong to root there.
 */
export async function writeImageFolder(folder: string, root: string, config: ImageConfig): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tar = join(folder, 'layer');
  const fixed = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--format=gnu'];
  await runTool('tar', [...fixed, '-c', '-f', tar, '-C', root, '.']);
  const layer = await keep(folder, tar, 'application/vnd.oci.image.layer.v1.tar');
  const described = {
    architecture: namesOf(ownArchitecture()).debian,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config,
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  };
  const text = join(folder, 'config');
  await writeFile(text, JSON.stringify(described));
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: await keep(folder, text, 'application/vnd.oci.image.config.v1+json'),
    layers: [layer],
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

async function keep(folder: string, file: string, mediaType: string): Promise<Descriptor> {
  const hex = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  await rename(file, join(folder, hex));
  return { mediaType, digest: `sha256:${hex}`, size: (await stat(join(folder, hex))).size };
}
