import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onFreePorts } from './free-port.ts';
import { httpsJson } from './https-json.ts';
import type { OwnKubeApiServer } from './kube-api-server.ts';
import { kubeBinaries } from './kube-binaries.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type RigProcess, startProcess, waitUntilReady } from './processes.ts';

/**
 * Starts kube-controller-manager beside an API server: service accounts and their tokens, StatefulSets, garbage collection, the end
 * of namespaces.
 *
 * @param nodeGrace - how long a node is believed Ready after its kubelet was last heard of, e.g. `10s`.
 */
export async function startControllerManager(server: OwnKubeApiServer, nodeGrace: string): Promise<RigProcess> {
  const [program] = await kubeBinaries('kube-controller-manager');
  return startController(program, 'controller-manager', server, server.tokens.controllerManager, [
    // Its own user may do little more than act as the account of each controller.
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${server.certs.tokenKeyFile}`,
    `--root-ca-file=${server.caFile}`,
    `--node-monitor-grace-period=${nodeGrace}`,
    '--node-monitor-period=1s',
    // The defaults hold a test with hundreds of pods back for tens of seconds.
    ...['--kube-api-qps=200', '--kube-api-burst=400'],
    // Its workers for claims and for volumes lose races against each other, the more often the busier the machine; 15 s by default until
    // the next look, and the pod waits.
    '--pvclaimbinder-sync-period=1s',
  ]);
}

/** Starts kube-scheduler beside an API server. */
export async function startScheduler(server: OwnKubeApiServer): Promise<RigProcess> {
  const [program] = await kubeBinaries('kube-scheduler');
  return startController(program, 'scheduler', server, server.tokens.scheduler, []);
}

async function startController(
  program: string,
  name: string,
  server: OwnKubeApiServer,
  token: string,
  own: readonly string[],
): Promise<RigProcess> {
  const { certs, folder, url, caFile } = server;
  const kubeconfig = await writeKubeconfig(join(folder, `${name}.kubeconfig`), { url, caFile, token });
  const ca = await readFile(caFile);
  return onFreePorts(1, async ([port = 0]) => {
    const args = [
      `--kubeconfig=${kubeconfig}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--tls-cert-file=${certs.certFile}`,
      `--tls-private-key-file=${certs.keyFile}`,
      '--profiling=false',
      ...own,
    ];
    const started = await startProcess(program, args, join(folder, `${name}.log`));
    const health = { url: `https://127.0.0.1:${port}`, ca, token };
    try {
      await waitUntilReady(name, started, async () => (await httpsJson(health, 'GET', '/healthz')) === 'ok');
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  });
}
