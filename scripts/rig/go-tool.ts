import { readFile } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { makeOnce, rigCache, say, shortHash } from './cache.ts';
import { inPath } from './debian.ts';
import { run } from './processes.ts';
import { RigUnavailableError } from './unavailable.ts';

/** A Go module that pins the programs which are built from it. */
export interface ToolsModule {
  /** Folder with its go.mod and go.sum. */
  readonly folder: string;
  /** First part of the names under which its programs are kept in the cache. */
  readonly name: string;
  /** Module that has the programs, e.g. `k8s.io/kubernetes`; the version of its requirement is theirs. */
  readonly of: string;
  /** Values for the linker to set, by the name of the variable. */
  variables(version: string): Readonly<Record<string, string>>;
}

/**
 * Path of a program, built from its Go module once for this machine and each content of go.mod and go.sum. The first build downloads
 * and compiles for minutes.
 *
 * @param path - of its package inside the module, e.g. `cmd/kubectl`, or '' where it is the module itself; the last part of both is the
 * program's name.
 * @throws RigUnavailableError where there is no Go to build it with.
 */
export async function goTool(module: ToolsModule, path: string): Promise<string> {
  const read = (name: string) => readFile(join(module.folder, name), 'utf8');
  const [goMod, goSum] = await Promise.all([read('go.mod'), read('go.sum')]);
  const version = requiredVersion(goMod, module.of);
  if (!version) throw new Error(`${module.folder}/go.mod requires no ${module.of}`);
  const folder = join(rigCache(), `${module.name}-${version}-${shortHash(goMod, goSum)}`);
  const wanted = posix.join(module.of, path);
  return makeOnce(join(folder, basename(wanted)), (temporary) => goBuild(module, wanted, version, temporary));
}

function requiredVersion(goMod: string, module: string): string | undefined {
  const lines = goMod.split('\n').map((line) => line.trim().replace(/^require /, ''));
  return lines.find((line) => line.startsWith(`${module} v`))?.split(' ')[1];
}

async function goBuild(module: ToolsModule, wanted: string, version: string, folder: string): Promise<string> {
  const program = basename(wanted);
  if (!inPath('go')) throw new RigUnavailableError(program, 'there is no go in PATH to build it with');
  const started = Date.now();
  say(`building ${program} ${version}, which takes minutes the first time`);
  const progress = setInterval(() => say(`still building ${program}, ${seconds(started)} s`), 30_000);
  try {
    const output = join(folder, program);
    const settings = Object.entries(module.variables(version)).map(([name, value]) => `-X ${name}=${value}`);
    const flags = ['-trimpath', '-buildvcs=false', '-ldflags', ['-s', '-w', ...settings].join(' ')];
    await run('go', ['build', ...flags, '-o', output, wanted], {
      cwd: module.folder,
      env: { ...process.env, CGO_ENABLED: '0' },
    });
    say(`built ${program} in ${seconds(started)} s`);
    return output;
  } finally {
    clearInterval(progress);
  }
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1_000);
}
