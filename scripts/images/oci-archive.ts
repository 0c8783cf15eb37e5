import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../build/run-tool.ts';
import { readBuiltImage } from './built-image.ts';

/**
 * Writes images into one archive that containerd, podman and skopeo can load: the OCI image layout (image-layout.md of the
 * specification) in a tar. Layers are left as they are, so that loading takes no time for decompression; one that several images have is
 * in it once.
 * @param target the file; it must not exist.
 * @param scratch an empty folder; the caller removes it.
 * @param images folder of each image, as buildah leaves it, by its reference, e.g. `localhost/firecamp:0.1.0`.
 */
export async function writeOciArchive(
  target: string,
  scratch: string,
  images: ReadonlyMap<string, string>,
): Promise<void> {
  const blobs = join(scratch, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const manifests: object[] = [];
  for (const [reference, folder] of images) {
    const { manifest, blob } = await readBuiltImage(folder);
    for (const one of [manifest.config, ...manifest.layers]) await copyFile(blob(one), join(blobs, hexOf(one.digest)));
    const text = await readFile(join(folder, 'manifest.json'));
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    await writeFile(join(blobs, hexOf(digest)), text);
    // containerd takes the first annotation for the image's name, the others the second.
    const annotations = { 'io.containerd.image.name': reference, 'org.opencontainers.image.ref.name': reference };
    manifests.push({ mediaType: manifest.mediaType, digest, size: text.length, annotations });
  }
  await writeFile(join(scratch, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(scratch, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await runTool('tar', ['-c', '-f', target, '-C', scratch, 'oci-layout', 'index.json', 'blobs']);
}

function hexOf(digest: string): string {
  return digest.replace('sha256:', '');
}
