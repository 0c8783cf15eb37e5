import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** An npm package of which something is in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its package.json has it: an SPDX expression. */
  readonly license: string | undefined;
  /** Where it lies, relative to the checkout. */
  readonly folder: string;
}

/**
 * The packages that files of a bundle come from, once each, sorted.
 * @param parts paths relative to `root`; files outside node_modules belong to nobody else.
 * @throws {Error} for a file in node_modules that belongs to no package with a name and a version.
 */
export async function bundledPackages(root: string, parts: readonly string[]): Promise<BundledPackage[]> {
  const found = new Map<string, BundledPackage>();
  for (const folder of new Set(parts.filter((path) => path.includes('node_modules/')).map((path) => dirname(path)))) {
    const one = await packageOf(root, folder);
    found.set(`${one.name}@${one.version}`, one);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** The nearest package.json that is a package's own: some packages have others inside, which only say `"type": "module"`. */
async function packageOf(root: string, folder: string): Promise<BundledPackage> {
  for (let at = folder; at.includes('node_modules/'); at = dirname(at)) {
    const manifest = await readManifest(root, at);
    if (manifest !== undefined) return manifest;
  }
  throw new Error(`${folder} belongs to no package`);
}

async function readManifest(root: string, folder: string): Promise<BundledPackage | undefined> {
  const text = await readFile(join(root, folder, 'package.json'), 'utf8').catch(() => '{}');
  const { name, version, license }: Record<string, unknown> = JSON.parse(text);
  if (typeof name !== 'string' || typeof version !== 'string') return undefined;
  return { name, version, license: typeof license === 'string' ? license : undefined, folder };
}
