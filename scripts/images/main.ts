import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { fillContext, withImages } from './build-all.ts';
import type { ImageName } from './buildah.ts';
import { readBuiltImage } from './built-image.ts';
import { writeLayout } from './oci-layout.ts';
import { memberBudget, memberSize, sizesText } from './sizes.ts';

// npm run images [-- --check-reproducible] | [-- --context FOLDER]
const { values } = parseArgs({
  options: { 'check-reproducible': { type: 'boolean' }, context: { type: 'string' } },
});
const target = resolve(import.meta.dirname, '..', '..', 'dist', 'images');

if (values.context !== undefined) await fillContext(resolve(values.context));
else await build();

async function build(): Promise<void> {
  const [layout, ids] = await withImages(async (images) => [
    await writeLayout(target, images, manifest.version),
    await configDigests(images),
  ]);
  process.stdout.write(sizesText(layout.layers));
  for (const [name, digest] of layout.digests) process.stdout.write(`${name}@${digest}\n`);
  process.stdout.write(`${target}\n`);
  if (memberSize(layout.layers) > memberBudget) process.exitCode = 1;
  if (values['check-reproducible']) await checkReproducible(ids);
}

/** Digest of each image's configuration, which names the digest of each layer's content. */
async function configDigests(images: ReadonlyMap<ImageName, string>): Promise<Map<ImageName, string>> {
  const pairs = [...images].map(async ([name, folder]): Promise<[ImageName, string]> => {
    const { manifest } = await readBuiltImage(folder);
    return [name, manifest.config.digest];
  });
  return new Map(await Promise.all(pairs));
}

/** Builds the images once more, in another folder and with nothing kept: they must come out the same. */
async function checkReproducible(first: ReadonlyMap<ImageName, string>): Promise<void> {
  const second = await withImages(configDigests);
  for (const [name, digest] of first) {
    const same = second.get(name) === digest;
    process.stdout.write(`${name}: ${same ? 'reproduced' : 'a second build differs'}\n`);
    if (!same) process.exitCode = 1;
  }
}
