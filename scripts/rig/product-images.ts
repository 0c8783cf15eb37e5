import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { ensureBuilt, ensureCliBuilt } from '../build/ensure-built.ts';
import { ensureProduct } from '../build/product.ts';
import { withImages } from '../images/build-all.ts';
import type { ImageName } from '../images/buildah.ts';
import { writeOciArchive } from '../images/oci-archive.ts';

/** Images that are loaded together: the two of a member share all their layers. */
const parts = {
  member: ['firecamp-initcontainer', 'firecamp-stopcontainer'],
  cli: ['firecamp'],
} as const satisfies Readonly<Record<string, readonly ImageName[]>>;

const root = resolve(import.meta.dirname, '..', '..');

/** The name under which a node knows an image of this checkout once its archive is imported: no registry has it. */
export function productImageReference(name: ImageName): string {
  return `localhost/${name}:${manifest.version}`;
}

/**
 * Path of an archive with the images of this checkout, for `ctr --namespace k8s.io images import`. It is made where there is none yet and
 * again when the programs or the way that images are made have changed, which takes half a minute; else this takes a second. Its labels
 * name the commit that it was made at, and its Debian packages are those of that day.
 *
 * @throws RigUnavailableError where buildah or Debian's packages cannot be had.
 */
export async function productImageArchive(part: keyof typeof parts): Promise<string> {
  const programs = part === 'member' ? Object.values(await ensureBuilt()) : [await ensureCliBuilt()];
  return ensureProduct(root, join(root, 'dist'), {
    name: `${part}-images.tar`,
    make: async (scratch, target) => {
      await withImages((folders) => writeOciArchive(target, scratch, byReference(folders)), parts[part]);
      return [...programs, ...(await makersOfImages())];
    },
  });
}

function byReference(folders: ReadonlyMap<ImageName, string>): ReadonlyMap<string, string> {
  return new Map([...folders].map(([name, folder]) => [productImageReference(name), folder]));
}

async function makersOfImages(): Promise<string[]> {
  const folder = join('scripts', 'images');
  const scripts = (await readdir(join(root, folder))).filter((name) => name.endsWith('.ts'));
  return [...scripts.map((name) => join(folder, name)), join('images', 'Dockerfile'), 'package.json'];
}
