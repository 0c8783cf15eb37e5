import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { debianCommand } from './debian.ts';
import { goTool, type ToolsModule } from './go-tool.ts';

/** The programs of a cluster that the tools module in `kube/` builds. */
export type KubeProgram = 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubelet' | 'kubectl';

const kubernetes: ToolsModule = {
  folder: join(import.meta.dirname, 'kube'),
  name: 'kube',
  of: 'k8s.io/kubernetes',
  variables: versionVariables,
};

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
  for (const program of programs) paths.push(readyMade(program) ?? (await goTool(kubernetes, `cmd/${program}`)));
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

/** Without these the programs call themselves v0.0.0, and refuse each other for their versions. */
function versionVariables(version: string): Record<string, string> {
  const [major = '', minor = ''] = version.slice(1).split('.');
  const facts = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [`k8s.io/component-base/version.${name}`, value]),
  );
}
