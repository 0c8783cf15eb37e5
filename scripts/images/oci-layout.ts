import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import { makeOnce, rigCache } from '../rig/cache.ts';
import type { ImageName } from './buildah.ts';
import { type BuiltImage, type Descriptor, type Manifest, readBuiltImage } from './built-image.ts';

/** One layer of one or several images. Sizes are in bytes. */
export interface LayerSize {
  /** Digest of the layer as it is stored: the zstd one. */
  readonly digest: string;
  readonly images: readonly ImageName[];
  readonly plain: number;
  readonly gzip: number;
  readonly zstd: number;
}

/** What was written: the manifest's digest of each image, and each layer once. */
export interface Layout {
  readonly digests: ReadonlyMap<ImageName, string>;
  readonly layers: readonly LayerSize[];
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/**
 * Writes the images into one OCI image layout (image-layout.md of the specification), layers compressed with zstd at its level 19: a
 * quarter smaller than gzip. A layout that is there is replaced as a whole.
 * @param version the tag; the reference of an image is `localhost/<name>:<version>`.
 */
export async function writeLayout(
  folder: string,
  built: ReadonlyMap<ImageName, string>,
  version: string,
): Promise<Layout> {
  const scratch = `${folder}.new`;
  const blobs = join(scratch, 'blobs', 'sha256');
  await rm(scratch, { recursive: true, force: true });
  await mkdir(blobs, { recursive: true });
  const layers = new Map<string, LayerSize>();
  const manifests: (Descriptor & { readonly annotations: Record<string, string> })[] = [];
  for (const [name, from] of built) {
    const image = await readBuiltImage(from);
    const compressed = await Promise.all(image.manifest.layers.map((layer) => compressLayer(image, layer, blobs)));
    for (const size of compressed) {
      layers.set(size.digest, { ...size, images: [...(layers.get(size.digest)?.images ?? []), name] });
    }
    const reference = `localhost/${name}:${version}`;
    const annotations = { 'org.opencontainers.image.ref.name': reference, 'io.containerd.image.name': reference };
    manifests.push({ ...(await writeImage(image, compressed, blobs)), annotations });
  }
  await writeFile(join(scratch, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(scratch, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await rm(folder, { recursive: true, force: true });
  await rename(scratch, folder);
  const digests = new Map([...built.keys()].map((name, i) => [name, manifests[i]?.digest ?? '']));
  return { digests, layers: [...layers.values()] };
}

async function writeImage(image: BuiltImage, layers: readonly LayerSize[], blobs: string): Promise<Descriptor> {
  await copyFile(image.blob(image.manifest.config), join(blobs, hexOf(image.manifest.config.digest)));
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: image.manifest.config,
    layers: layers.map(({ digest, zstd }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
      digest,
      size: zstd,
    })),
  };
  const text = Buffer.from(JSON.stringify(manifest));
  const digest = digestOf(text);
  await writeFile(join(blobs, hexOf(digest)), text);
  return { mediaType: manifestType, digest, size: text.length };
}

/** A minute of work for the layer of an executable, so what came of it is kept by the layer's digest. */
async function compressLayer(image: BuiltImage, layer: Descriptor, blobs: string): Promise<LayerSize> {
  const plain = image.blob(layer);
  const kept = await makeOnce(join(rigCache(), 'layers', `${hexOf(layer.digest)}-1`), async (scratch) => {
    const [small, gzipped] = await compress(await readFile(plain));
    await writeFile(join(scratch, 'zstd'), small);
    await writeFile(join(scratch, 'gzip-size'), String(gzipped.length));
    await mkdir(join(scratch, 'kept'));
    for (const name of ['zstd', 'gzip-size']) await rename(join(scratch, name), join(scratch, 'kept', name));
    return join(scratch, 'kept');
  });
  const content = await readFile(join(kept, 'zstd'));
  const digest = digestOf(content);
  await writeFile(join(blobs, hexOf(digest)), content);
  const gzipSize = Number(await readFile(join(kept, 'gzip-size'), 'utf8'));
  return { digest, images: [], plain: layer.size, gzip: gzipSize, zstd: content.length };
}

function compress(content: Buffer): Promise<[Buffer, Buffer]> {
  const { ZSTD_c_compressionLevel: level, ZSTD_c_checksumFlag: checksum } = constants;
  return Promise.all([
    promisify(zstdCompress)(content, { params: { [level]: 19, [checksum]: 1 } }),
    promisify(gzip)(content, { level: 6 }),
  ]);
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function hexOf(digest: string): string {
  return digest.replace('sha256:', '');
}
