import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Architecture, namesOf } from '../rig/architecture.ts';
import type { ImageName } from './buildah.ts';
import { type BuiltImage, type Descriptor, type Manifest, readBuiltImage } from './built-image.ts';
import { compressLayer, digestOf, hexOf } from './layer-compression.ts';

/** One layer of one or several images of an architecture. Sizes are in bytes. */
export interface LayerSize {
  readonly arch: Architecture;
  /** Digest of the layer as it is stored: the zstd one. */
  readonly digest: string;
  readonly images: readonly ImageName[];
  readonly plain: number;
  readonly gzip: number;
  readonly zstd: number;
}

/** What was written: the digest of each image's index, and each layer once. */
export interface Layout {
  readonly digests: ReadonlyMap<ImageName, string>;
  readonly layers: readonly LayerSize[];
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

/**
 * Writes images into one OCI image layout (image-layout.md of the specification). Each name is an image index (image-index.md), from which
 * whoever pulls takes the manifest of its own architecture.
 */
export class LayoutWriter {
  readonly #folder: string;
  readonly #scratch: string;
  readonly #layers = new Map<string, LayerSize>();
  readonly #manifests = new Map<ImageName, object[]>();

  private constructor(folder: string) {
    this.#folder = folder;
    this.#scratch = `${folder}.new`;
  }

  /** Begins a layout that takes the place of `folder` when it is finished, and not before. */
  static async begin(folder: string): Promise<LayoutWriter> {
    const writer = new LayoutWriter(folder);
    await rm(writer.#scratch, { recursive: true, force: true });
    await mkdir(join(writer.#scratch, 'blobs', 'sha256'), { recursive: true });
    return writer;
  }

  /** Adds the images of an architecture, their layers compressed. */
  async add(arch: Architecture, built: ReadonlyMap<ImageName, string>): Promise<void> {
    const platform = { architecture: namesOf(arch).debian, os: 'linux' };
    for (const [name, from] of built) {
      const image = await readBuiltImage(from);
      const compressed = await Promise.all(image.manifest.layers.map((layer) => this.#addLayer(arch, image, layer)));
      for (const size of compressed) {
        const images = [...(this.#layers.get(size.digest)?.images ?? []), name];
        this.#layers.set(size.digest, { ...size, images });
      }
      const descriptor = await this.#addManifest(image, compressed);
      this.#manifests.set(name, [...(this.#manifests.get(name) ?? []), { ...descriptor, platform }]);
    }
  }

  /**
   * Puts the layout into its place.
   * @param version the tag; the reference of an image is `localhost/<name>:<version>`.
   */
  async finish(version: string): Promise<Layout> {
    const digests = new Map<ImageName, string>();
    const named: object[] = [];
    for (const [name, manifests] of this.#manifests) {
      const index = await this.#addJson(indexType, { schemaVersion: 2, mediaType: indexType, manifests });
      const reference = `localhost/${name}:${version}`;
      const annotations = { 'org.opencontainers.image.ref.name': reference, 'io.containerd.image.name': reference };
      named.push({ ...index, annotations });
      digests.set(name, index.digest);
    }
    await writeFile(join(this.#scratch, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    await writeFile(join(this.#scratch, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: named }));
    await rm(this.#folder, { recursive: true, force: true });
    await rename(this.#scratch, this.#folder);
    return { digests, layers: [...this.#layers.values()] };
  }

  async #addManifest(image: BuiltImage, layers: readonly LayerSize[]): Promise<Descriptor> {
    const { config } = image.manifest;
    await copyFile(image.blob(config), this.#blob(config.digest));
    const manifest: Manifest = {
      schemaVersion: 2,
      mediaType: manifestType,
      config,
      layers: layers.map(({ digest, zstd }) => ({
        mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
        digest,
        size: zstd,
      })),
    };
    return this.#addJson(manifestType, manifest);
  }

  async #addLayer(arch: Architecture, image: BuiltImage, layer: Descriptor): Promise<LayerSize> {
    const { content, gzip } = await compressLayer(image.blob(layer), hexOf(layer.digest));
    const digest = digestOf(content);
    await writeFile(this.#blob(digest), content);
    return { arch, digest, images: [], plain: layer.size, gzip, zstd: content.length };
  }

  async #addJson(mediaType: string, value: object): Promise<Descriptor> {
    const text = Buffer.from(JSON.stringify(value));
    const digest = digestOf(text);
    await writeFile(this.#blob(digest), text);
    return { mediaType, digest, size: text.length };
  }

  #blob(digest: string): string {
    return join(this.#scratch, 'blobs', 'sha256', hexOf(digest));
  }
}
