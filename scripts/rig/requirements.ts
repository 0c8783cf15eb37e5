import type { Test } from 'tap';
import { appImageArchives } from './app-images.ts';
import { coreDnsBinary } from './coredns.ts';
import { crossCompiler, crossStrip } from './cross-tools.ts';
import { debianCommand } from './debian.ts';
import { dynamoDbLocalLibraries } from './dynamodb-local.ts';
import { emulatedKernel } from './emulator.ts';
import { helmBinary } from './helm.ts';
import { etcdBinary, kubeBinaries } from './kube-binaries.ts';
import { kwokBinary } from './kwok.ts';
import { motoPython } from './moto.ts';
import { podNodePrograms } from './nodes/programs.ts';
import { RigUnavailableError } from './unavailable.ts';

/** Makes ready each real part that tests may need, so that starting it afterwards takes seconds. */
export const requirements = {
  'kube-apiserver': () =>
    Promise.all([etcdBinary(), kubeBinaries('kube-apiserver'), debianCommand('openssl', 'openssl')]),
  'kube-cluster': () =>
    Promise.all([
      etcdBinary(),
      kubeBinaries('kube-apiserver', 'kube-controller-manager', 'kube-scheduler'),
      debianCommand('openssl', 'openssl'),
    ]),
  kubectl: () => kubeBinaries('kubectl'),
  kwok: kwokBinary,
  coredns: coreDnsBinary,
  helm: helmBinary,
  'dynamodb-local': () => Promise.all([dynamoDbLocalLibraries(), debianCommand('java', 'default-jre-headless')]),
  moto: motoPython,
  nft: () => debianCommand('nft', 'nftables'),
  buildah: () => debianCommand('buildah', 'buildah'),
  runc: () => debianCommand('runc', 'runc'),
  containerd: () => Promise.all([debianCommand('containerd', 'containerd'), debianCommand('ctr', 'containerd')]),
  'pod-node': podNodePrograms,
  'app-images': appImageArchives,
  arping: () => debianCommand('arping', 'arping'),
  qemu: () => emulatedKernel('arm64'),
  'cross-compiler': () => Promise.all([crossCompiler('arm64'), crossStrip('arm64')]),
};

/** A real part, by the name under which a test is left out. */
export type Requirement = keyof typeof requirements;

/** The first build of a part happens in the test that needs it, unless prepare.ts ran before. */
const firstBuildMs = 20 * 60_000;

/**
 * Makes ready what a test needs, or leaves the test out by name where this machine cannot have it.
 *
 * @returns false when the test was left out and must return at once.
 * @throws RigUnavailableError instead of leaving out where `CI=true`: a check that nobody runs would pass there for ever.
 */
export async function needs(t: Pick<Test, 'plan' | 'setTimeout'>, ...parts: readonly Requirement[]): Promise<boolean> {
  t.setTimeout(firstBuildMs);
  for (const part of parts) {
    try {
      await requirements[part]();
    } catch (error) {
      if (!(error instanceof RigUnavailableError) || process.env['CI'] === 'true') throw error;
      t.plan(0, `left out: ${part}: ${error.message}`);
      return false;
    }
  }
  return true;
}
