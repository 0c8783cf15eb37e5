import { debianCommand, debianProgram } from '../debian.ts';
import { kubeBinaries } from '../kube-binaries.ts';

/** Folder of the network plugins that containerd calls. */
export const cniPlugins = '/usr/lib/cni';

/**
 * Makes ready what a node with a real kubelet runs.
 *
 * @throws RigUnavailableError where a part cannot be had.
 */
export async function podNodePrograms(): Promise<void> {
  await kubeBinaries('kubelet');
  for (const command of ['containerd', 'ctr']) await debianCommand(command, 'containerd', 'runc');
  await debianProgram(`${cniPlugins}/ptp`, 'containernetworking-plugins');
  // The plugins write their rules with it.
  await debianCommand('iptables', 'iptables');
}
