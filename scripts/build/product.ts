import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { withBuildLock } from './build-lock.ts';

/** One file that the build makes. */
export interface Product {
  /** The file's name in the output directory. */
  readonly name: string;
  /**
   * Writes the product to `target`; `scratch` is an empty directory, removed afterwards.
   * @returns every file that had a say in it, absolute or relative to the root.
   */
  readonly make: (scratch: string, target: string) => Promise<readonly string[]>;
}

/** What is noted beside a product: it is up to date as long as both still hold. */
interface Stamp {
  readonly inputs: Readonly<Record<string, string>>;
  readonly output: { readonly size: number; readonly mtimeMs: number };
}

/** A file's time is the kernel's at its last tick, and so a little before the clock's. */
const clockTickMs = 20;

/**
 * Makes `product` in `out` unless it is there and none of the files that went into it has changed. The file appears
 * whole, by a rename, so that a caller beside this one never starts half an executable.
 * @returns the absolute path of the product.
 */
export async function ensureProduct(root: string, out: string, product: Product): Promise<string> {
  const target = join(out, product.name);
  const stampFile = join(out, `.${product.name}.stamp.json`);
  if (await isFresh(root, target, stampFile)) return target;
  await mkdir(out, { recursive: true });
  await withBuildLock(join(out, `.${product.name}.lock`), async () => {
    if (await isFresh(root, target, stampFile)) return;
    await makeProduct(root, out, product, stampFile);
  });
  return target;
}

async function makeProduct(root: string, out: string, product: Product, stampFile: string): Promise<void> {
  const scratch = await mkdtemp(join(out, `.${product.name}.`));
  try {
    const made = join(scratch, 'product');
    await mkdir(join(scratch, 'work'));
    const startedMs = Date.now() - clockTickMs;
    const inputs = await product.make(join(scratch, 'work'), made);
    const { size, mtimeMs } = await stat(made);
    const stamp: Stamp = { inputs: await digests(root, inputs), output: { size, mtimeMs } };
    await writeFile(join(scratch, 'stamp'), JSON.stringify(stamp, undefined, 1));
    await rename(made, join(out, product.name));
    // Which version of a file that was edited meanwhile went in, nobody knows: the next caller makes it again.
    if (await isAnyNewer(root, inputs, startedMs)) return;
    // Last: a build that is cut off before leaves a stamp that no longer fits, never one that fits by mistake.
    await rename(join(scratch, 'stamp'), stampFile);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function isAnyNewer(root: string, paths: readonly string[], thanMs: number): Promise<boolean> {
  const times = await Promise.all(paths.map(async (path) => (await stat(resolve(root, path))).mtimeMs));
  return times.some((mtimeMs) => mtimeMs >= thanMs);
}

async function isFresh(root: string, target: string, stampFile: string): Promise<boolean> {
  try {
    const stamp: Stamp = JSON.parse(await readFile(stampFile, 'utf8'));
    const { size, mtimeMs } = await stat(target);
    if (size !== stamp.output.size || mtimeMs !== stamp.output.mtimeMs) return false;
    const now = await digests(root, Object.keys(stamp.inputs));
    return Object.entries(stamp.inputs).every(([path, digest]) => now[path] === digest);
  } catch {
    // No stamp, no product, an input that is gone, a stamp that is not ours: each means "make it".
    return false;
  }
}

async function digests(root: string, paths: readonly string[]): Promise<Record<string, string>> {
  const pairs = await Promise.all(
    [...paths].sort().map(async (path): Promise<[string, string]> => {
      const content = await readFile(resolve(root, path));
      return [path, createHash('sha256').update(content).digest('hex')];
    }),
  );
  return Object.fromEntries(pairs);
}
