import { realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runTool } from '../build/run-tool.ts';
import type { DebianPackage } from '../rig/debian-packages.ts';

/** A shared library that executables need, and where it is. */
export interface Library {
  /** The path in the image, absolute: the one in its package, with the name that the executable asks for. */
  readonly path: string;
  /** The file itself, not a link to it. */
  readonly source: string;
  readonly from: DebianPackage;
}

/**
 * Every shared library that the executables ask for, directly or not, and the dynamic loader: read from the files themselves, so that
 * nothing is run and nothing of this machine's libraries gets in.
 * @throws {Error} naming all that no package has.
 */
export async function librariesOf(
  executables: readonly string[],
  packages: readonly DebianPackage[],
): Promise<Library[]> {
  const found = new Map<string, Library>();
  const missing: string[] = [];
  const queue = [...executables];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    for (const wanted of await wantedBy(file)) {
      if (found.has(basename(wanted)) || missing.includes(wanted)) continue;
      const library = await findLibrary(wanted, packages);
      if (library === undefined) missing.push(wanted);
      else {
        found.set(basename(wanted), library);
        queue.push(library.source);
      }
    }
  }
  if (missing.length > 0)
    throw new Error(
      `in none of the packages of the images: ${missing.join(', ')} (scripts/images/contents.ts lists them)`,
    );
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Names of libraries, and the path of the loader. */
async function wantedBy(file: string): Promise<string[]> {
  const text = await runTool('readelf', ['--wide', '--dynamic', '--program-headers', file], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  return [...text.matchAll(/Shared library: \[(.+)\]|program interpreter: (.+)\]/g)].map(
    ([, name, loader]) => name ?? loader ?? '',
  );
}

async function findLibrary(wanted: string, packages: readonly DebianPackage[]): Promise<Library | undefined> {
  for (const from of packages) {
    const triplet = tripletOf(from.architecture);
    const paths = wanted.startsWith('/')
      ? [wanted]
      : ['/lib', '/usr/lib'].map((folder) => join(folder, triplet, wanted));
    for (const path of [...paths, join('/lib', triplet, basename(wanted))]) {
      const inPackage = join(from.files, path);
      if (!(await exists(inPackage))) continue;
      // The loader is asked for by a path outside the folder of the other libraries.
      return { path: wanted.startsWith('/') ? wanted : path, source: await realpath(inPackage), from };
    }
  }
  return undefined;
}

function tripletOf(architecture: string): string {
  return { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[architecture] ?? architecture;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
