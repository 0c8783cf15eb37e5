import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findCompiler } from './c-compiler.ts';
import { runTool } from './run-tool.ts';

const flags = [
  '-std=c11',
  '-Os',
  '-static',
  '-s',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-ffunction-sections',
  '-fdata-sections',
  '-Wl,--gc-sections',
  // A build id is a digest of the intermediate files, whose names differ from run to run.
  '-Wl,--build-id=none',
];

/**
 * Compiles the waiting process of the stop container, as one static executable without dependencies.
 * @param root the checkout.
 * @param target where it is written; its mode is the compiler's, executable.
 * @param cc what `$CC` says, which may name a cross compiler.
 * @returns the sources that were read, relative to the root.
 * @throws {NoCompilerError | ToolError} when there is no compiler, or it refuses.
 */
export async function compileWaiter(root: string, target: string, cc: string | undefined): Promise<readonly string[]> {
  const folder = join('stopcontainer', 'waiter');
  const names = (await readdir(join(root, folder))).filter((name) => /\.[ch]$/.test(name)).sort();
  const sources = names.map((name) => join(folder, name));
  const [command, ...args] = await findCompiler(cc);
  const units = sources.filter((name) => name.endsWith('.c')).map((name) => join(root, name));
  await runTool(command, [...args, ...flags, '-o', target, ...units]);
  return sources;
}
