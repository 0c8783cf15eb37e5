import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A blob of an image, as manifests name it (OCI image specification, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** The part of an image's manifest that is used here (OCI image specification, manifest.md). */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** An image as buildah left it, its layers not compressed. */
export interface BuiltImage {
  readonly manifest: Manifest;
  /** File of a blob. */
  blob(descriptor: Descriptor): string;
}

/** @throws {Error} when a layer is compressed: its size could not be told, nor its digest be that of its content. */
export async function readBuiltImage(folder: string): Promise<BuiltImage> {
  const manifest: Manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  const compressed = manifest.layers.filter(({ mediaType }) => mediaType !== 'application/vnd.oci.image.layer.v1.tar');
  if (compressed.length > 0)
    throw new Error(`${folder}: layers of type ${compressed[0]?.mediaType}, expected plain tar`);
  return { manifest, blob: ({ digest }) => join(folder, digest.replace('sha256:', '')) };
}
