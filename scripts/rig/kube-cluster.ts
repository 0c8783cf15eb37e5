import { join } from 'node:path';
import { type KubeApi, kubeApiOf } from './kube-api.ts';
import { type OwnKubeApiServer, startKubeApiServer } from './kube-api-server.ts';
import { startControllerManager, startScheduler } from './kube-controllers.ts';
import { type NodeOptions, nodeObject } from './kube-node.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { startKwok } from './kwok.ts';
import { type RigProcess, waitUntilReady } from './processes.ts';

/** The whole control plane of a Kubernetes cluster: an API server with the controllers and the scheduler. */
export interface KubeCluster extends KubeApi {
  /** File that makes its reader the administrator; `stop` removes it. */
  readonly kubeconfig: string;
  /** The API server, with what its kubelets need. */
  readonly server: OwnKubeApiServer;
  /** Process ids of its programs except etcd and kube-apiserver. */
  readonly pids: readonly number[];
  /**
   * Registers a node and returns once the scheduler may use it; the first node with `kwok` starts that.
   *
   * @throws RigUnavailableError where kwok is asked for and cannot be had.
   */
  addNode(node: NodeOptions): Promise<void>;
}

export interface KubeClusterOptions {
  /** Names of the nodes that real kubelets will register. */
  readonly kubelets?: readonly string[];
}

/** A quarter of the default (40 s before 1.32), as kubelets of the rig report four times as often. */
const kubeletGrace = '10s';

/**
 * Starts a control plane of its own, on free ports of the loopback address. It never joins a test run's shared API server: its
 * controllers would act on the objects of other tests.
 *
 * @throws RigUnavailableError where its programs cannot be had.
 */
export async function startKubeCluster(options: KubeClusterOptions = {}): Promise<KubeCluster> {
  const { kubelets = [] } = options;
  const server = await startKubeApiServer(kubelets);
  const processes: RigProcess[] = [];
  const stop = async () => {
    // What asks the API server goes first, or it logs the loss and waits.
    await Promise.all(processes.map((started) => started.stop()));
    await server.stop();
  };
  try {
    const api = await kubeApiOf(server);
    const admin = { url: api.url, caFile: api.caFile, token: api.adminToken };
    const kubeconfig = await writeKubeconfig(join(server.folder, 'admin.kubeconfig'), admin);
    // A node without a kubelet stays as Ready as the test that plays it says.
    const controllers = await startControllerManager(server, kubelets.length > 0 ? kubeletGrace : '1h');
    processes.push(controllers);
    processes.push(await startScheduler(server));
    const kwok = onceOnly(async () => {
      const started = await startKwok(kubeconfig, join(server.folder, 'kwok.log'));
      processes.push(started);
      return started;
    });
    return {
      ...api,
      kubeconfig,
      server,
      get pids() {
        return processes.map(({ pid }) => pid);
      },
      addNode: async (node) => addNode(api, node.kubelet === 'kwok' ? await kwok() : controllers, node),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Several nodes may be added at once, and all of them wait for one start. */
function onceOnly<T>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => (started ??= start());
}

/** The API server taints each new node, and the node lifecycle controller takes that away because it is Ready. */
async function addNode(api: KubeApi, kubelet: RigProcess, node: NodeOptions): Promise<void> {
  await api.admin('POST', '/api/v1/nodes', nodeObject(node, new Date()));
  const path = `/api/v1/nodes/${node.name}`;
  await waitUntilReady(`node ${node.name}`, kubelet, async () => {
    const { spec } = (await api.admin('GET', path)) as { spec: { taints?: readonly unknown[] } };
    return !spec.taints?.length;
  });
}
