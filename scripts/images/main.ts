import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { readArchitectures } from '../build/architectures-option.ts';
import { ensureBuilt, ensureCliBuilt } from '../build/ensure-built.ts';
import { type Architecture, ownArchitecture } from '../rig/architecture.ts';
import { fillContext, withImages } from './build-all.ts';
import type { ImageName } from './buildah.ts';
import { readBuiltImage } from './built-image.ts';
import { figuresText, isWaitingWithinBudget } from './figures/figures-text.ts';
import { measureStartUp } from './figures/start-up.ts';
import { measureWaiting } from './figures/waiting-memory.ts';
import { LayoutWriter } from './oci-layout.ts';
import { isWithinBudget, sizesText } from './sizes.ts';

// npm run images [-- [--arch x64,arm64] [--figures] [--check-reproducible]] | [-- --context FOLDER [--arch arm64]]
const { values } = parseArgs({
  options: {
    arch: { type: 'string' },
    figures: { type: 'boolean' },
    'check-reproducible': { type: 'boolean' },
    context: { type: 'string' },
  },
});
const target = resolve(import.meta.dirname, '..', '..', 'dist', 'images');
const architectures = readArchitectures(values.arch ?? ownArchitecture());

if (values.context !== undefined) await onlyFill(resolve(values.context));
else await build();

async function onlyFill(context: string): Promise<void> {
  const [arch, ...more] = architectures;
  if (arch === undefined || more.length > 0) throw new Error('--context is for one architecture');
  await fillContext(context, arch);
}

async function build(): Promise<void> {
  const writer = await LayoutWriter.begin(target);
  const ids = new Map<Architecture, ReadonlyMap<ImageName, string>>();
  for (const arch of architectures) {
    await withImages(
      async (images) => {
        await writer.add(arch, images);
        ids.set(arch, await configDigests(images));
      },
      undefined,
      arch,
    );
  }
  const { layers, digests } = await writer.finish(manifest.version);
  process.stdout.write(sizesText(layers));
  for (const [name, digest] of digests) process.stdout.write(`${name}@${digest}\n`);
  process.stdout.write(`${target}\n`);
  if (!isWithinBudget(layers)) process.exitCode = 1;
  if (values.figures) await figures();
  if (values['check-reproducible']) for (const [arch, first] of ids) await checkReproducible(arch, first);
}

/** Of the executables for this machine: an emulator's times and memory would say nothing. */
async function figures(): Promise<void> {
  const { initcontainer, stopcontainer } = await ensureBuilt();
  const waiting = await measureWaiting(stopcontainer);
  process.stdout.write(`\n${figuresText(await measureStartUp(initcontainer, await ensureCliBuilt()), waiting)}`);
  if (!isWaitingWithinBudget(waiting)) process.exitCode = 1;
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
async function checkReproducible(arch: Architecture, first: ReadonlyMap<ImageName, string>): Promise<void> {
  const second = await withImages(configDigests, undefined, arch);
  for (const [name, digest] of first) {
    const same = second.get(name) === digest;
    process.stdout.write(`${name} for ${arch}: ${same ? 'reproduced' : 'a second build differs'}\n`);
    if (!same) process.exitCode = 1;
  }
}
