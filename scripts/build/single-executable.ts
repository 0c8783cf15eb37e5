import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Architecture, ownArchitecture } from '../rig/architecture.ts';
import { emulation } from '../rig/emulator.ts';
import { shippedNode } from './node-package.ts';
import { runTool } from './run-tool.ts';
import { stripSymbols } from './strip-symbols.ts';

const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const resolvePath = createRequire(import.meta.url).resolve;

/**
 * Makes one executable of a CommonJS bundle and the Node binary, as Node's documentation on single executable
 * applications describes. The same bundle and the same Node give the same bytes. The code cache is made by the very Node that will read it,
 * in an emulator where that is for another processor.
 * @param scratch an empty directory for the files in between; the caller removes it.
 * @param target where the executable is written, mode 0755.
 * @throws {ToolError} when Node or postject refuse. @throws {RigUnavailableError} without the tools for another architecture.
 */
export async function makeSingleExecutable(
  bundleText: string,
  arch: Architecture,
  scratch: string,
  target: string,
): Promise<void> {
  const node = await shippedNode(arch);
  const [command, ...before] = [...(await emulation(arch)), node];
  // The blob keeps the path of its script, so every path is relative: the directory's name differs from run to run.
  const runNode = (...args: string[]) => runTool(command, [...before, ...args], { cwd: scratch, env: {} });
  await writeFile(join(scratch, 'bundle.js'), `(function (require) {var module = { exports: {} };${bundleText}\n})`);
  // V8 seeds its string hashes from it, and they decide the order of tables in the cache.
  await runNode('--random-seed=1', join(import.meta.dirname, 'compile-eagerly.ts'), 'bundle.js', 'code-cache');
  await writeLoader(join(scratch, 'loader.cjs'));
  await writeFile(join(scratch, 'sea.json'), JSON.stringify(seaConfig));
  await runNode('--experimental-sea-config', 'sea.json');
  await copyFile(node, target);
  await chmod(target, 0o755);
  await stripSymbols(target, arch);
  const postject = [resolvePath('postject/dist/cli.js'), target, 'NODE_SEA_BLOB', 'blob', '--sentinel-fuse', fuse];
  await runTool(await shippedNode(ownArchitecture()), postject, { cwd: scratch, env: {} });
}

const seaConfig = {
  main: 'loader.cjs',
  output: 'blob',
  disableExperimentalSEAWarning: true,
  useSnapshot: false,
  useCodeCache: false,
  assets: { bundle: 'bundle.js', 'code-cache': 'code-cache' },
};

async function writeLoader(outfile: string): Promise<void> {
  const entry = join(import.meta.dirname, 'sea-loader.ts');
  const options = { bundle: true, platform: 'node', target: 'node24', format: 'cjs', logLevel: 'warning' } as const;
  await build({ entryPoints: [entry], outfile, ...options });
}
