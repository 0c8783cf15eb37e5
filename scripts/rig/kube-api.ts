import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { httpsJson } from './https-json.ts';
import { type KubeApiServer, startKubeApiServer } from './kube-api-server.ts';

/** A pod that a token is bound to: the API server refuses the token once that pod is gone. */
export interface PodRef {
  readonly name: string;
  readonly uid: string;
}

/** A real kube-apiserver for tests. Unless it is of a KubeCluster, nothing creates pods of a StatefulSet or finishes a namespace. */
export interface KubeApi {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  /** PEM file of the authority that signed its certificate. */
  readonly caFile: string;
  /** Bearer token of a member of system:masters. */
  readonly adminToken: string;
  /** One request as the administrator; throws HttpStatusError on an answer other than 2xx. */
  admin(method: string, path: string, body?: unknown): Promise<unknown>;
  /** A new namespace with the service account `default` in it; its name. */
  newNamespace(): Promise<string>;
  /** A real token of a service account, which is created where it is missing. */
  serviceAccountToken(namespace: string, name: string, pod?: PodRef): Promise<string>;
  /** Ends the servers, unless they are another process's. */
  stop(): Promise<void>;
}

/** Variable with the JSON of a server's url, caFile and adminToken, set by with-kube-api.ts. */
export const sharedKubeApi = 'FIRECAMP_RIG_KUBE_API';

/**
 * Starts a kube-apiserver for this process, or joins the one that `with-kube-api.ts` started for a whole test run. Tests stay out
 * of each other's way through `newNamespace`.
 *
 * @throws RigUnavailableError where its programs cannot be had.
 */
export async function startKubeApi(): Promise<KubeApi> {
  const shared = process.env[sharedKubeApi];
  return kubeApiOf(shared ? joined(shared) : await startKubeApiServer());
}

/** What tests ask of a server that runs already. */
export async function kubeApiOf({ url, caFile, adminToken, stop }: KubeApiServer): Promise<KubeApi> {
  const endpoint = { url, ca: await readFile(caFile), token: adminToken };
  const admin: KubeApi['admin'] = (method, path, body) => httpsJson(endpoint, method, path, body);
  return {
    url,
    caFile,
    adminToken,
    stop,
    admin,
    newNamespace: () => newNamespace(admin),
    serviceAccountToken: (namespace, name, pod) => serviceAccountToken(admin, namespace, name, pod),
  };
}

function joined(json: string): KubeApiServer {
  const { url, caFile, adminToken } = JSON.parse(json) as Record<string, string>;
  if (!url || !caFile || !adminToken) throw new Error(`${sharedKubeApi} must be JSON with url, caFile and adminToken`);
  return { url, caFile, adminToken, stop: async () => {} };
}

async function newNamespace(admin: KubeApi['admin']): Promise<string> {
  const name = `rig-${randomBytes(5).toString('hex')}`;
  await admin('POST', '/api/v1/namespaces', { metadata: { name } });
  // The controller that makes this account does not run here, and without it no pod is admitted.
  await createServiceAccount(admin, name, 'default');
  return name;
}

async function createServiceAccount(admin: KubeApi['admin'], namespace: string, name: string): Promise<void> {
  try {
    await admin('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } });
  } catch (error) {
    if ((error as { status?: number }).status !== 409) throw error;
  }
}

async function serviceAccountToken(
  admin: KubeApi['admin'],
  namespace: string,
  name: string,
  pod: PodRef | undefined,
): Promise<string> {
  await createServiceAccount(admin, namespace, name);
  const boundObjectRef = pod && { apiVersion: 'v1', kind: 'Pod', name: pod.name, uid: pod.uid };
  const answer = await admin('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3_600, ...(boundObjectRef && { boundObjectRef }) },
  });
  return (answer as { status: { token: string } }).status.token;
}
