import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoCompilerError } from '../build/c-compiler.ts';
import {
  type BuildOptions,
  type Built,
  ensureBuilt,
  ensureCliBuilt,
  ensureProgramsBuilt,
} from '../build/ensure-built.ts';

/** The executables that are shown. */
export interface Programs extends Built, AsyncDisposable {
  /** The command line. */
  readonly cli: string;
  /** Why there is no waiting process; undefined where there is one. Without it `stopcontainer` only knows `--once` and its like. */
  readonly noWaiter: string | undefined;
}

/** Builds what is not built. Without a C compiler the waiting process is left out, and the program behind it stands in its place. */
export async function buildPrograms(options: BuildOptions = {}): Promise<Programs> {
  const cli = await ensureCliBuilt(options.out === undefined ? {} : { out: options.out });
  try {
    return { ...(await ensureBuilt(options)), cli, noWaiter: undefined, async [Symbol.asyncDispose]() {} };
  } catch (error) {
    if (!(error instanceof NoCompilerError)) throw error;
    const initcontainer = await ensureProgramsBuilt(options);
    const dir = await mkdtemp(join(tmpdir(), 'firecamp-demo-bin-'));
    // The executable tells by its name which of its two programs it is to be.
    const stopcontainer = join(dir, 'firecamp-stopcontainer');
    await symlink(initcontainer, stopcontainer);
    const noWaiter = 'this machine has no C compiler';
    return { initcontainer, stopcontainer, cli, noWaiter, [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
  }
}
