import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { latencies } from './latencies.ts';
import { nowMs, type RecordedCall } from './recorded-call.ts';
import { selfSigned } from './self-signed.ts';

/** A pod as the API server has it. */
interface Pod {
  readonly uid: string;
  readonly createdAt: string;
  readonly hostIp: string;
  deletionTimestamp?: string;
}

/**
 * Stands in for the Kubernetes API server: it answers one question, "what is this pod", with the token that it was given. The tests ask a real
 * API server instead; a demonstration must start within a second and install nothing.
 */
export interface PodEndpoint extends AsyncDisposable {
  readonly url: string;
  /** PEM certificate to trust. */
  readonly ca: string;
  readonly token: string;
  readonly calls: readonly RecordedCall[];
  /** Makes a pod under a fresh UID, in place of one of that name. */
  create(name: string, hostIp: string): { readonly uid: string };
  /** What deleting does while a kubelet still ends the pod's containers. */
  markDeleted(name: string, graceSeconds: number): void;
  remove(name: string): void;
}

export const namespace = 'default';

/** Starts it at this address of ours. */
export async function startPodEndpoint(host: string): Promise<PodEndpoint> {
  const { key, cert } = selfSigned('firecamp-demo', host);
  const token = randomUUID();
  const pods = new Map<string, Pod>();
  const calls: RecordedCall[] = [];
  const server = createServer({ key, cert }, async (request, response) => {
    const began = nowMs();
    await sleep(latencies.pods);
    const name = /^\/api\/v1\/namespaces\/default\/pods\/([^/?]+)$/.exec(request.url ?? '')?.[1] ?? '';
    const allowed = request.headers.authorization === `Bearer ${token}`;
    const pod = pods.get(name);
    const reply = !allowed
      ? failure(401, 'Unauthorized')
      : pod === undefined
        ? failure(404, 'NotFound')
        : podObject(name, pod);
    calls.push({ asked: 'pods', operation: `${request.method} pod`, body: '', params: {}, began, ended: nowMs() });
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
  });
  await once(server.listen(0, host), 'listening');
  return {
    url: `https://${host}:${(server.address() as AddressInfo).port}`,
    ca: cert,
    token,
    calls,
    create(name, hostIp) {
      const uid = randomUUID();
      pods.set(name, { uid, createdAt: wholeSeconds(Date.now()), hostIp });
      return { uid };
    },
    markDeleted(name, graceSeconds) {
      const pod = pods.get(name);
      if (pod !== undefined) pod.deletionTimestamp = wholeSeconds(Date.now() + graceSeconds * 1000);
    },
    remove: (name) => void pods.delete(name),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function podObject(name: string, { uid, createdAt, hostIp, deletionTimestamp }: Pod) {
  const metadata = { name, namespace, uid, creationTimestamp: createdAt, deletionTimestamp };
  return {
    status: 200,
    body: { kind: 'Pod', apiVersion: 'v1', metadata, status: { phase: 'Running', hostIP: hostIp } },
  };
}

function failure(status: number, reason: string) {
  return { status, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code: status } };
}

/** As the API server writes times (apimachinery, metav1.Time). */
function wholeSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
