import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeApi } from '../kube-api.ts';
import { credentialsPatch, type NewPod, type PodCredentials } from './inject-credentials.ts';
import { loopbackCertificate } from './loopback-certificate.ts';

/** What the webhook is started with. */
export interface PodIdentityWebhookOptions {
  readonly api: Pick<KubeApi, 'admin'>;
  /** Namespaces whose pods it sees, at least one: EKS's own sees all, but an API server may serve several tests. */
  readonly namespaces: readonly string[];
  /** EKS Pod Identity: the agent's URL, and the service accounts that have an association; looked at for each pod. */
  readonly podIdentity?: {
    readonly agentUrl: string;
    readonly associations: readonly { readonly namespace: string; readonly serviceAccount: string }[];
  };
}

interface AdmissionRequest {
  readonly uid: string;
  readonly namespace: string;
  readonly object: NewPod;
}

const configurations = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';

/**
 * Plays the Amazon EKS Pod Identity Webhook for an API server of the rig: TLS on the loopback address, registered in the API server. From then on pods
 * of a service account that names a role (`eks.amazonaws.com/role-arn`) or has an association get what the SDKs need; the association stands before
 * the role. As AWS ships it, a pod is let through without when the webhook does not answer. It is in effect when this returns; what is
 * returned takes it out of the API server again.
 */
export async function startPodIdentityWebhook(options: PodIdentityWebhookOptions): Promise<AsyncDisposable> {
  const { cert, key } = await loopbackCertificate();
  let reviews = 0;
  const server = createServer({ cert, key }, async (request, response) => {
    reviews += 1;
    try {
      const review = (await json(request)) as { readonly request: AdmissionRequest };
      const body = await reviewed(review.request, options);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const name = `pod-identity-webhook-${randomBytes(4).toString('hex')}`;
  const webhook = {
    async [Symbol.asyncDispose]() {
      await options.api.admin('DELETE', `${configurations}/${name}`).catch(() => undefined);
      await closed(server);
    },
  };
  try {
    await options.api.admin('POST', configurations, configuration(name, server, cert, options.namespaces));
    await inEffect(options, () => reviews > 0);
    return webhook;
  } catch (error) {
    await webhook[Symbol.asyncDispose]();
    throw error;
  }
}

function configuration(name: string, server: Server, cert: string, namespaces: readonly string[]) {
  const { port } = server.address() as AddressInfo;
  const byName = { key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces };
  return {
    metadata: { name },
    webhooks: [
      {
        name: 'pod-identity-webhook.amazonaws.com',
        failurePolicy: 'Ignore',
        clientConfig: { url: `https://127.0.0.1:${port}/mutate`, caBundle: Buffer.from(cert).toString('base64') },
        namespaceSelector: { matchExpressions: [byName] },
        rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  };
}

async function reviewed({ uid, namespace, object }: AdmissionRequest, options: PodIdentityWebhookOptions) {
  const credentials = await credentialsOf(namespace, object.spec.serviceAccountName ?? 'default', options);
  const patch = credentials === undefined ? [] : credentialsPatch(object, credentials);
  const encoded = Buffer.from(JSON.stringify(patch)).toString('base64');
  const response = { uid, allowed: true, patchType: 'JSONPatch', patch: encoded };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}

async function credentialsOf(
  namespace: string,
  name: string,
  { api, podIdentity }: PodIdentityWebhookOptions,
): Promise<PodCredentials | undefined> {
  const associated = podIdentity?.associations.some(
    (one) => one.namespace === namespace && one.serviceAccount === name,
  );
  if (podIdentity !== undefined && associated) return { by: 'podIdentity', agentUrl: podIdentity.agentUrl };
  const account = (await api.admin('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`)) as {
    readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  };
  const annotations = account.metadata.annotations ?? {};
  const roleArn = annotations['eks.amazonaws.com/role-arn'];
  if (roleArn === undefined) return undefined;
  return { by: 'role', roleArn, audience: annotations['eks.amazonaws.com/audience'] ?? 'sts.amazonaws.com' };
}

/** An API server notices a new configuration some moments later: until then pods get nothing. */
async function inEffect({ api, namespaces }: PodIdentityWebhookOptions, asked: () => boolean): Promise<void> {
  const spec = { containers: [{ name: 'main', image: 'localhost/none' }] };
  const end = Date.now() + 30_000;
  while (!asked()) {
    if (Date.now() > end) throw new Error('the API server did not ask the pod identity webhook in 30 s');
    await api.admin('POST', `/api/v1/namespaces/${namespaces[0]}/pods?dryRun=All`, {
      metadata: { name: 'probe' },
      spec,
    });
    await sleep(50);
  }
}

async function closed(server: Server): Promise<void> {
  const end = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await end;
}
