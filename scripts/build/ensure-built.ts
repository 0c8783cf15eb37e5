import { readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundle } from './bundle.ts';
import { type BundleLimits, cliBundleLimits } from './check-bundle.ts';
import { compileWaiter } from './compile-waiter.ts';
import { ensureProduct, type Product } from './product.ts';
import { makeSingleExecutable } from './single-executable.ts';

/** Absolute paths of what was built. Both lie in one directory: the waiter starts the program beside itself. */
export interface Built {
  /** The single executable that holds both programs. */
  readonly initcontainer: string;
  /** The waiting process of the stop container. */
  readonly stopcontainer: string;
}

/** What to build other than the checkout's programs; for tests of the build itself. */
export interface BuildOptions {
  /** The bundle's entry; `scripts/build/entry.ts` unless given. */
  readonly entry?: string;
  /** The output directory; `dist` unless given. */
  readonly out?: string;
}

const root = resolve(import.meta.dirname, '..', '..');
const self = join('scripts', 'build');

/**
 * Builds what is missing or older than its sources, and returns at once when nothing is. Callers in several processes
 * may ask at the same time; one builds, the others wait for it.
 * @throws {BundleCheckError | NoCompilerError | ToolError} when it cannot be built; an older product stays in place.
 */
export async function ensureBuilt(options: BuildOptions = {}): Promise<Built> {
  const [initcontainer, stopcontainer] = await Promise.all([
    ensureProgramsBuilt(options),
    ensureProduct(root, outOf(options), waiter),
  ]);
  return { initcontainer, stopcontainer };
}

/** As `ensureBuilt`, but only the single executable, which needs no C compiler. Gives its absolute path. */
export function ensureProgramsBuilt(options: BuildOptions = {}): Promise<string> {
  const entry = options.entry ?? join(self, 'entry.ts');
  return ensureProduct(root, outOf(options), executable('firecamp-initcontainer', entry));
}

/** Builds the command line, a single executable of its own that `ensureBuilt` leaves alone. Gives its absolute path. */
export function ensureCliBuilt(options: Pick<BuildOptions, 'out'> = {}): Promise<string> {
  return ensureProduct(root, outOf(options), executable('firecamp', join(self, 'cli-entry.ts'), cliBundleLimits));
}

/**
 * Builds the command line as the npm package has it: one script for whoever has Node already, on any system. Gives its absolute path.
 */
export function ensureCliScriptBuilt(options: Pick<BuildOptions, 'out'> = {}): Promise<string> {
  return ensureProduct(root, outOf(options), script('firecamp.cjs', join(self, 'cli-entry.ts'), cliBundleLimits));
}

function outOf(options: BuildOptions): string {
  return resolve(options.out ?? join(root, 'dist'));
}

function executable(name: string, entry: string, limits?: BundleLimits): Product {
  return {
    name,
    make: async (scratch, target) => {
      const { text, inputs } = await bundle(root, entry, limits);
      await makeSingleExecutable(text, scratch, target);
      return [...inputs, ...(await ownFiles()), join('node_modules', 'node', 'package.json'), 'tsconfig.json'];
    },
  };
}

function script(name: string, entry: string, limits: BundleLimits): Product {
  return {
    name,
    make: async (_scratch, target) => {
      const { text, inputs } = await bundle(root, entry, limits);
      await writeFile(target, `#!/usr/bin/env node\n${text}`, { mode: 0o755 });
      return [...inputs, ...(await ownFiles()), 'tsconfig.json'];
    },
  };
}

const waiter: Product = {
  name: 'firecamp-stopcontainer',
  make: async (_scratch, target) => [
    ...(await compileWaiter(root, target, process.env['CC'])),
    join(self, 'compile-waiter.ts'),
    join(self, 'c-compiler.ts'),
  ],
};

async function ownFiles(): Promise<string[]> {
  return (await readdir(join(root, self))).filter((name) => name.endsWith('.ts')).map((name) => join(self, name));
}
