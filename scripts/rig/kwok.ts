import { join } from 'node:path';
import { goTool, type ToolsModule } from './go-tool.ts';
import { type RigProcess, startProcess } from './processes.ts';

/** Annotation of the nodes whose kubelet kwok plays. */
export const kwokAnnotation = 'kwok.x-k8s.io/node';

const folder = join(import.meta.dirname, 'kwok');

const kwok: ToolsModule = { folder, name: 'kwok', of: 'sigs.k8s.io/kwok', variables: () => ({}) };

/**
 * Path of kwok, built from its Go module once for this machine.
 *
 * @throws RigUnavailableError where there is no Go to build it with.
 */
export function kwokBinary(): Promise<string> {
  return goTool(kwok, 'cmd/kwok');
}

/** Starts kwok for the nodes with its annotation; how it plays their pods is in `kwok/stages.yaml`. */
export async function startKwok(kubeconfig: string, logFile: string): Promise<RigProcess> {
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--config=${join(folder, 'stages.yaml')}`,
    '--manage-all-nodes=false',
    `--manage-nodes-with-annotation-selector=${kwokAnnotation}=fake`,
    // The node lifecycle controller believes a node by its lease.
    '--node-lease-duration-seconds=40',
  ];
  return startProcess(await kwokBinary(), args, logFile);
}
