import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFreePorts } from './free-port.ts';
import { httpsJson } from './https-json.ts';
import { etcdBinary, kubeBinaries } from './kube-binaries.ts';
import { type KubeCerts, makeKubeCerts } from './kube-certs.ts';
import { type RigProcess, startProcess, waitUntilReady } from './processes.ts';

/** A running pair of etcd and kube-apiserver, with no controllers. */
export interface KubeApiServer {
  readonly url: string;
  readonly caFile: string;
  readonly adminToken: string;
  stop(): Promise<void>;
}

/** One that this process started, with what a controller manager and a scheduler need beside it. */
export interface OwnKubeApiServer extends KubeApiServer {
  /** Where its data and logs are; `stop` removes it. */
  readonly folder: string;
  readonly certs: KubeCerts;
  /** Bearer tokens of the users whose roles every API server makes for these programs. */
  readonly tokens: { readonly controllerManager: string; readonly scheduler: string };
  /** Bearer tokens of the kubelets it was started for, by node name. */
  readonly kubeletTokens: ReadonlyMap<string, string>;
}

/**
 * Starts etcd and kube-apiserver on free ports of the loopback address, their data in a folder of their own that `stop` removes.
 *
 * @param kubelets - names of the nodes whose kubelets shall have a token.
 * @throws RigUnavailableError where the programs cannot be had.
 */
export async function startKubeApiServer(kubelets: readonly string[] = []): Promise<OwnKubeApiServer> {
  const [etcd, [apiserver]] = await Promise.all([etcdBinary(), kubeBinaries('kube-apiserver')]);
  return onFreePorts(3, (ports) => startOnPorts(etcd, apiserver, ports, kubelets));
}

async function startOnPorts(
  etcd: string,
  apiserver: string,
  ports: readonly number[],
  kubelets: readonly string[],
): Promise<OwnKubeApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'firecamp-kube-'));
  const processes: RigProcess[] = [];
  const stop = async () => {
    // The API server first, or it logs the loss of its etcd and waits for it.
    for (const started of processes.toReversed()) await started.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [clientPort = 0, peerPort = 0, apiPort = 0] = ports;
    const certs = await makeKubeCerts(folder);
    const tokenFile = join(folder, 'tokens.csv');
    const kubeletTokens = new Map(kubelets.map((name) => [name, newToken()]));
    const { adminToken, ...tokens } = await writeTokens(tokenFile, kubeletTokens);
    const etcdUrl = `http://127.0.0.1:${clientPort}`;
    processes.push(await startProcess(etcd, etcdArgs(folder, etcdUrl, peerPort), join(folder, 'etcd.log')));
    const args = apiserverArgs(certs, tokenFile, etcdUrl, apiPort);
    const server = await startProcess(apiserver, args, join(folder, 'apiserver.log'));
    processes.push(server);
    const url = `https://127.0.0.1:${apiPort}`;
    const endpoint = { url, ca: await readFile(certs.caFile), token: adminToken };
    await waitUntilReady('kube-apiserver', server, async () => (await httpsJson(endpoint, 'GET', '/readyz')) === 'ok');
    return { url, caFile: certs.caFile, adminToken, stop, folder, certs, tokens, kubeletTokens };
  } catch (error) {
    await stop();
    throw error;
  }
}

function newToken(): string {
  return randomBytes(16).toString('hex');
}

async function writeTokens(
  file: string,
  kubeletTokens: ReadonlyMap<string, string>,
): Promise<OwnKubeApiServer['tokens'] & { adminToken: string }> {
  const tokens = { adminToken: newToken(), controllerManager: newToken(), scheduler: newToken() };
  const users = [
    `${tokens.adminToken},admin,admin,"system:masters"`,
    `${tokens.controllerManager},system:kube-controller-manager,controller-manager`,
    `${tokens.scheduler},system:kube-scheduler,scheduler`,
    ...[...kubeletTokens].map(([name, token]) => `${token},system:node:${name},${name},system:nodes`),
  ];
  await writeFile(file, `${users.join('\n')}\n`, { mode: 0o600 });
  return tokens;
}

function etcdArgs(folder: string, clientUrl: string, peerPort: number): string[] {
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
  ];
}

function apiserverArgs(certs: KubeCerts, tokenFile: string, etcdUrl: string, port: number): string[] {
  return [
    `--etcd-servers=${etcdUrl}`,
    // Debian's etcd 3.4.23 cannot serve watches that begin with a list (3.4.25 can), which is what a watch from version 0 becomes, as kwok's
    // are: refused each time, it would notice a pod up to a minute late.
    '--feature-gates=WatchList=false',
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    // A loopback address may not be written into the Endpoints of the Service kubernetes.
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`,
    '--service-cluster-ip-range=10.96.0.0/24',
    `--tls-cert-file=${certs.certFile}`,
    `--tls-private-key-file=${certs.keyFile}`,
    `--token-auth-file=${tokenFile}`,
    '--authorization-mode=Node,RBAC',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${certs.tokenPublicFile}`,
    `--service-account-signing-key-file=${certs.tokenKeyFile}`,
    // Where a kubelet of the rig is reached for logs and exec; it registers its own name, which nothing resolves.
    '--kubelet-preferred-address-types=InternalIP',
    '--profiling=false',
  ];
}
