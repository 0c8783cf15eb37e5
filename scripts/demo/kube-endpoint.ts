import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { latencies } from './latencies.ts';
import { nowMs, type RecordedCall } from './recorded-call.ts';
import { selfSigned } from './self-signed.ts';

/** A pod as the API server has it. */
interface Pod {
  readonly uid: string;
  readonly createdAt: string;
  readonly hostIp: string;
  readonly node: string;
  ready: boolean;
  deletionTimestamp?: string;
}

/** An object that is always there, and the collection it is in: `/apis/apps/v1/namespaces/default/statefulsets`. */
export interface FixedObject {
  readonly collection: string;
  readonly object: {
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly [field: string]: unknown;
  };
}

/**
 * Stands in for the Kubernetes API server: it answers what pods there are and what else it was given, to the token that it gave, and takes
 * Events, but no other changes. The tests ask a real API server instead; a demonstration must start within a second and install nothing.
 */
export interface KubeEndpoint extends AsyncDisposable {
  readonly url: string;
  /** PEM certificate to trust. */
  readonly ca: string;
  readonly token: string;
  readonly calls: readonly RecordedCall[];
  /** Makes a pod under a fresh UID, in place of one of that name. */
  create(name: string, hostIp: string, node: string): { readonly uid: string };
  /** Its main container runs and is Ready. */
  markReady(name: string): void;
  /** What deleting does while a kubelet still ends the pod's containers. */
  markDeleted(name: string, graceSeconds: number): void;
  remove(name: string): void;
}

export const namespace = 'default';

const podsPath = `/api/v1/namespaces/${namespace}/pods`;
const eventsPath = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;

/** Starts it at this address of ours, with these objects beside the pods, all of which carry the labels. */
export async function startKubeEndpoint(
  host: string,
  fixed: readonly FixedObject[] = [],
  podLabels: Readonly<Record<string, string>> = {},
): Promise<KubeEndpoint> {
  const { key, cert } = selfSigned('firecamp-demo', host);
  const token = randomUUID();
  const pods = new Map<string, Pod>();
  const calls: RecordedCall[] = [];
  const answer = (path: string): Reply => {
    const objects = [
      ...fixed,
      ...[...pods].map(([name, pod]) => ({ collection: podsPath, object: podObject(name, pod, podLabels) })),
    ];
    return path === '/version' ? { status: 200, body: { gitVersion: 'v1.34.4' } } : find(objects, path);
  };
  const server = createServer({ key, cert }, async (request, response) => {
    const began = nowMs();
    await sleep(latencies.pods);
    const { pathname } = new URL(request.url ?? '/', 'https://demo');
    const allowed = request.headers.authorization === `Bearer ${token}`;
    const body = await text(request);
    const takes = request.method === 'POST' && pathname === eventsPath;
    const told = takes ? { status: 201, body: JSON.parse(body) } : readOnly;
    const reply = !allowed ? failure(401, 'Unauthorized') : request.method === 'GET' ? answer(pathname) : told;
    calls.push({ ...described(request.method ?? '', pathname), body, params: {}, began, ended: nowMs() });
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
  });
  await once(server.listen(0, host), 'listening');
  const change = (name: string, to: (pod: Pod) => void) => {
    const pod = pods.get(name);
    if (pod !== undefined) to(pod);
  };
  return {
    url: `https://${host}:${(server.address() as AddressInfo).port}`,
    ca: cert,
    token,
    calls,
    create(name, hostIp, node) {
      const uid = randomUUID();
      pods.set(name, { uid, createdAt: wholeSeconds(Date.now()), hostIp, node, ready: false });
      return { uid };
    },
    markReady: (name) =>
      change(name, (pod) => {
        pod.ready = true;
      }),
    markDeleted: (name, graceSeconds) =>
      change(name, (pod) => {
        pod.deletionTimestamp = wholeSeconds(Date.now() + graceSeconds * 1000);
      }),
    remove: (name) => void pods.delete(name),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

interface Reply {
  readonly status: number;
  readonly body: object;
}

/** An object by its path, or a list by its collection's; who asks for a selection sorts out what is not of it. */
function find(objects: readonly FixedObject[], path: string): Reply {
  const one = objects.find(({ collection, object }) => path === `${collection}/${object.metadata.name}`);
  if (one !== undefined) return { status: 200, body: one.object };
  const items = objects.filter(({ collection }) => collection === path).map(({ object }) => object);
  const isCollection = items.length > 0 || /\/(pods|events|nodes|statefulsets|deployments|daemonsets)$/.test(path);
  if (!isCollection) return failure(404, 'NotFound');
  return { status: 200, body: { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items } };
}

function described(method: string, path: string): Pick<RecordedCall, 'asked' | 'operation'> {
  const isPod = path.startsWith(`${podsPath}/`);
  return { asked: 'pods', operation: isPod ? `${method} pod` : `${method} ${path.split('/').at(-1)}` };
}

function podObject(name: string, pod: Pod, labels: Readonly<Record<string, string>>) {
  const { uid, createdAt, hostIp, node, ready, deletionTimestamp } = pod;
  const state = ready ? { running: { startedAt: createdAt } } : { waiting: { reason: 'PodInitializing' } };
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace, uid, resourceVersion: '1', labels, creationTimestamp: createdAt, deletionTimestamp },
    spec: { nodeName: node },
    status: {
      phase: 'Running',
      hostIP: hostIp,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: createdAt }],
      containerStatuses: [{ name: labels['firecamp-servicename'] ?? 'main', ready, restartCount: 0, state }],
    },
  };
}

function failure(status: number, reason: string): Reply {
  return { status, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code: status } };
}

const readOnly = failure(405, 'MethodNotAllowed');

/** As the API server writes times (apimachinery, metav1.Time). */
function wholeSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
