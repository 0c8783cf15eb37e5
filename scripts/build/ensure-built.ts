import { readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Architecture, ownArchitecture } from '../rig/architecture.ts';
import { crossCompiler } from '../rig/cross-tools.ts';
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

/** What to build, where it is not the checkout's programs for this machine. */
export interface BuildOptions {
  /** The processor to build for; this machine's unless given. */
  readonly arch?: Architecture;
  /** The bundle's entry; `scripts/build/entry.ts` unless given. For tests of the build itself. */
  readonly entry?: string;
  /** The output directory; `dist` unless given, and a folder in it for another architecture than this machine's. */
  readonly out?: string;
}

const root = resolve(import.meta.dirname, '..', '..');
const self = join('scripts', 'build');

/**
 * Builds what is missing or older than its sources, and returns at once when nothing is. Callers in several processes
 * may ask at the same time; one builds, the others wait for it.
 * @throws {BundleCheckError | NoCompilerError | ToolError} when it cannot be built; an older product stays in place.
 * @throws {RigUnavailableError} without the tools for another architecture.
 */
export async function ensureBuilt(options: BuildOptions = {}): Promise<Built> {
  const [initcontainer, stopcontainer] = await Promise.all([
    ensureProgramsBuilt(options),
    ensureProduct(root, outOf(options), waiter(archOf(options))),
  ]);
  return { initcontainer, stopcontainer };
}

/** As `ensureBuilt`, but only the single executable, which needs no C compiler. Gives its absolute path. */
export function ensureProgramsBuilt(options: BuildOptions = {}): Promise<string> {
  const entry = options.entry ?? join(self, 'entry.ts');
  return ensureProduct(root, outOf(options), executable('firecamp-initcontainer', archOf(options), entry));
}

/** Builds the command line, a single executable of its own that `ensureBuilt` leaves alone. Gives its absolute path. */
export function ensureCliBuilt(options: Omit<BuildOptions, 'entry'> = {}): Promise<string> {
  const product = executable('firecamp', archOf(options), join(self, 'cli-entry.ts'), cliBundleLimits);
  return ensureProduct(root, outOf(options), product);
}

/**
 * Builds the command line as the npm package has it: one script for whoever has Node already, on any system. Gives its absolute path.
 */
export function ensureCliScriptBuilt(options: Pick<BuildOptions, 'out'> = {}): Promise<string> {
  return ensureProduct(root, outOf(options), script('firecamp.cjs', join(self, 'cli-entry.ts'), cliBundleLimits));
}

function archOf({ arch }: BuildOptions): Architecture {
  return arch ?? ownArchitecture();
}

function outOf(options: BuildOptions): string {
  const arch = archOf(options);
  return resolve(options.out ?? join(root, 'dist', ...(arch === ownArchitecture() ? [] : [arch])));
}

function executable(name: string, arch: Architecture, entry: string, limits?: BundleLimits): Product {
  return {
    name,
    make: async (scratch, target) => {
      const { text, inputs } = await bundle(root, entry, limits);
      await makeSingleExecutable(text, arch, scratch, target);
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

function waiter(arch: Architecture): Product {
  return {
    name: 'firecamp-stopcontainer',
    make: async (_scratch, target) => [
      ...(await compileWaiter(root, target, await compilerFor(arch))),
      join(self, 'compile-waiter.ts'),
      join(self, 'c-compiler.ts'),
    ],
  };
}

/** `$CC` is for this machine; a cross compiler is named by `$CC_ARM64` (or `$CC_X64`), and else Debian's. */
async function compilerFor(arch: Architecture): Promise<string | undefined> {
  if (arch === ownArchitecture()) return process.env['CC'];
  return process.env[`CC_${arch.toUpperCase()}`] ?? (await crossCompiler(arch));
}

async function ownFiles(): Promise<string[]> {
  return (await readdir(join(root, self))).filter((name) => name.endsWith('.ts')).map((name) => join(self, name));
}
