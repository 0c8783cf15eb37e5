import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOnce, rigCache, say, shortHash } from './cache.ts';
import { debianCommand, inPath } from './debian.ts';
import { run } from './processes.ts';
import { RigUnavailableError } from './unavailable.ts';

/** The programs of a cluster that the tools module in `kube/` builds. */
export type KubeProgram = 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubelet' | 'kubectl';

const toolsModule = join(import.meta.dirname, 'kube');

/**
 * Paths of Kubernetes programs, in the order asked for: from `KUBEBUILDER_ASSETS` where that is set (as envtest does), else built
 * from the Go tools module, once for this machine. The first build downloads and compiles for minutes.
 *
 * @throws RigUnavailableError where a program is missing and there is no Go to build it with.
 */
export async function kubeBinaries<const P extends readonly KubeProgram[]>(
  ...programs: P
): Promise<{ [K in keyof P]: string }> {
  const paths: string[] = [];
  // One after the other: each build uses all cores, and they share most of their packages.
  for (const program of programs) paths.push(readyMade(program) ?? (await built(program)));
  return paths as { [K in keyof P]: string };
}

/**
 * Path of etcd: from `KUBEBUILDER_ASSETS`, else from PATH, else installed from Debian.
 *
 * @throws RigUnavailableError where none of these has it.
 */
export async function etcdBinary(): Promise<string> {
  return readyMade('etcd') ?? (await debianCommand('etcd', 'etcd-server'));
}

/** A set of binaries for envtest has etcd, kube-apiserver and kubectl, but not the rest of a cluster. */
function readyMade(program: string): string | undefined {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  const file = assets && join(assets, program);
  return file && existsSync(file) ? file : undefined;
}

async function built(program: KubeProgram): Promise<string> {
  const [goMod, goSum] = await Promise.all(
    ['go.mod', 'go.sum'].map((name) => readFile(join(toolsModule, name), 'utf8')),
  );
  const version = /^\s*k8s\.io\/kubernetes (v\S+)/m.exec(goMod ?? '')?.[1];
  if (!version) throw new Error(`${toolsModule}/go.mod requires no k8s.io/kubernetes`);
  const folder = join(rigCache(), `kube-${version}-${shortHash(goMod ?? '', goSum ?? '')}`);
  return makeOnce(join(folder, program), (temporary) => goBuild(program, version, temporary));
}

async function goBuild(program: KubeProgram, version: string, folder: string): Promise<string> {
  if (!inPath('go'))
    throw new RigUnavailableError(
      program,
      'KUBEBUILDER_ASSETS does not have it, and there is no go in PATH to build it with',
    );
  const started = Date.now();
  say(`building ${program} ${version}, which takes minutes the first time`);
  const progress = setInterval(() => say(`still building ${program}, ${seconds(started)} s`), 30_000);
  try {
    const output = join(folder, program);
    const args = ['build', '-trimpath', '-buildvcs=false', '-ldflags', linkerFlags(version), '-o', output];
    await run('go', [...args, `k8s.io/kubernetes/cmd/${program}`], {
      cwd: toolsModule,
      env: { ...process.env, CGO_ENABLED: '0' },
    });
    say(`built ${program} in ${seconds(started)} s`);
    return output;
  } finally {
    clearInterval(progress);
  }
}

/** Without these the programs call themselves v0.0.0, and refuse each other for their versions. */
function linkerFlags(version: string): string {
  const [major, minor] = version.slice(1).split('.');
  const facts = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const settings = Object.entries(facts).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  return ['-s', '-w', ...settings].join(' ');
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1_000);
}
