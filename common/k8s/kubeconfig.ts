import { access, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type ApiAccess, FileAccess, type TlsParts } from './api-access.ts';
import { kubeUserAccess } from './kube-user.ts';
import {
  type Kubeconfig,
  type KubeconfigEntry,
  kubeconfigFault,
  readKubeconfig,
  textOrFile,
} from './kubeconfig-file.ts';
import { isText } from './live-object.ts';

/** What a person chose, and where else to look. */
export interface ClusterChoice {
  /** `--kubeconfig` */
  readonly kubeconfig?: string;
  /** `--context` */
  readonly context?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Where kubelet puts a pod's service account; told by tests only. */
  readonly serviceAccountFolder?: string;
}

/** The cluster that was chosen. */
export interface ChosenCluster {
  /** `https://host:port` */
  readonly server: string;
  readonly access: ApiAccess;
  /** The context's name; undefined in a pod. */
  readonly context: string | undefined;
  /** The namespace that goes without saying. */
  readonly namespace: string;
}

/**
 * The cluster to talk to, found as kubectl finds it: `--kubeconfig`, the files of KUBECONFIG, `~/.kube/config`; where none of them is told
 * or there, the service account of the pod this runs in. Nothing is sent and no plugin is run.
 *
 * @throws {FirecampError} FC-K8S-003, which names the file and its fault.
 */
export async function chooseCluster(choice: ClusterChoice): Promise<ChosenCluster> {
  const files = await filesOf(choice);
  return files === undefined ? await inCluster(choice) : await fromContext(await readKubeconfig(files), choice);
}

async function filesOf(choice: ClusterChoice): Promise<readonly string[] | undefined> {
  if (choice.kubeconfig !== undefined) return [choice.kubeconfig];
  const told = (choice.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  if (told.length > 0) return told;
  const usual = join(choice.home, '.kube', 'config');
  const isThere = await access(usual).then(
    () => true,
    () => false,
  );
  return isThere || choice.context !== undefined || !isText(choice.env['KUBERNETES_SERVICE_HOST'])
    ? [usual]
    : undefined;
}

async function inCluster(choice: ClusterChoice): Promise<ChosenCluster> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = choice.env;
  const folder = choice.serviceAccountFolder ?? '/var/run/secrets/kubernetes.io/serviceaccount';
  const namespace = await readFile(join(folder, 'namespace'), 'utf8').catch((cause: unknown) => {
    throw kubeconfigFault(`There is no kubeconfig, and in ${folder} no service account of a pod.`, cause);
  });
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    access: new FileAccess(join(folder, 'ca.crt'), join(folder, 'token')),
    context: undefined,
    namespace: namespace.trim(),
  };
}

async function fromContext(config: Kubeconfig, choice: ClusterChoice): Promise<ChosenCluster> {
  const files = config.files.join(', ');
  const name = choice.context ?? config.currentContext;
  if (name === undefined) throw kubeconfigFault(`The kubeconfig ${files} has no current-context.`);
  const context = config.contexts.get(name);
  if (context === undefined) {
    const known = [...config.contexts.keys()].join(', ') || 'none';
    throw kubeconfigFault(`The kubeconfig ${files} has no context ${name}; it has: ${known}.`);
  }
  const part = (field: 'cluster' | 'user', all: ReadonlyMap<string, KubeconfigEntry>) => {
    const found = all.get(String(context.value[field]));
    if (found !== undefined) return found;
    throw kubeconfigFault(`The context ${name} of the kubeconfig ${context.file} names a ${field} that is not there.`);
  };
  const cluster = part('cluster', config.clusters);
  const { namespace } = context.value;
  return {
    server: serverOf(cluster),
    access: await kubeUserAccess(part('user', config.users), await tlsOf(cluster), choice.env),
    context: name,
    namespace: isText(namespace) ? namespace : 'default',
  };
}

function serverOf(cluster: KubeconfigEntry): string {
  for (const field of ['insecure-skip-tls-verify', 'proxy-url']) {
    if (!cluster.value[field]) continue;
    throw kubeconfigFault(`The cluster of the kubeconfig ${cluster.file} has ${field}, which is not supported.`);
  }
  const { server } = cluster.value;
  if (isText(server) && URL.parse(server)?.protocol === 'https:' && URL.parse(server)?.pathname === '/') return server;
  throw kubeconfigFault(`The server in the kubeconfig ${cluster.file} must be https://host:port, without a path.`);
}

async function tlsOf(cluster: KubeconfigEntry): Promise<TlsParts> {
  const ca = await textOrFile(cluster, 'certificate-authority');
  const servername = cluster.value['tls-server-name'];
  return { ...(ca !== undefined && { ca }), ...(isText(servername) && { servername }) };
}
