import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ApiClient } from '../../../common/k8s/api-client.ts';
import { ApiPods, podFacts } from '../../../common/k8s/pods.ts';
import { type KubeApi, startKubeApi } from '../../../scripts/rig/kube-api.ts';
import { RigUnavailableError } from '../../../scripts/rig/unavailable.ts';
import { rejectionOf } from '../../rejection.ts';
import { tlsServer } from './tls-server.ts';

const live = { signal: new AbortController().signal };

const kube = await startKubeApi().catch((error: unknown) => {
  if (error instanceof RigUnavailableError) return error;
  throw error;
});
t.teardown(() => (kube instanceof RigUnavailableError ? undefined : kube.stop()));

/** A test on the real API server; skipped, with the reason, where it cannot be had. */
function onKube(title: string, run: (test: Test, api: KubeApi) => Promise<void>): void {
  if (kube instanceof RigUnavailableError) t.test(title, { skip: kube.message }, () => {});
  else t.test(title, (test) => run(test, kube));
}

function podsAs(test: Test, api: KubeApi, token: string): ApiPods {
  const tokenFile = join(test.testdir({ token }), 'token');
  const client = new ApiClient({ server: api.url, caFile: api.caFile, tokenFile });
  test.teardown(() => client.close());
  return new ApiPods(client);
}

interface Created {
  readonly metadata: { readonly uid: string; readonly creationTimestamp: string };
}

async function createPod(api: KubeApi, namespace: string, name: string): Promise<Created> {
  const spec = { containers: [{ name: 'main', image: 'localhost/none' }], terminationGracePeriodSeconds: 30 };
  const body = { metadata: { name }, spec };
  return (await api.admin('POST', `/api/v1/namespaces/${namespace}/pods`, body)) as Created;
}

onKube('reads a pod as the API server has it, and that its end has been asked for', async (test, api) => {
  const namespace = await api.newNamespace();
  const pods = podsAs(test, api, api.adminToken);
  const { metadata } = await createPod(api, namespace, 'redis-0');
  const facts = { namespace, name: 'redis-0', uid: metadata.uid, createdAt: metadata.creationTimestamp };
  test.strictSame(await pods.get(namespace, 'redis-0', live), {
    ...facts,
    deletionTimestamp: undefined,
    phase: 'Pending',
    hostIp: undefined,
  });
  const path = `/api/v1/namespaces/${namespace}/pods/redis-0`;
  const binding = { target: { kind: 'Node', name: 'node-1' }, metadata: { name: 'redis-0' } };
  await api.admin('POST', `${path}/binding`, { apiVersion: 'v1', kind: 'Binding', ...binding });
  await api.admin('DELETE', path);
  test.match(await pods.get(namespace, 'redis-0', live), { ...facts, deletionTimestamp: /^\d{4}-.*Z$/ });
});

onKube('tells a pod that is gone and one of another uid apart', async (test, api) => {
  const namespace = await api.newNamespace();
  const pods = podsAs(test, api, api.adminToken);
  const first = await createPod(api, namespace, 'redis-0');
  await api.admin('DELETE', `/api/v1/namespaces/${namespace}/pods/redis-0?gracePeriodSeconds=0`);
  test.equal(await pods.get(namespace, 'redis-0', live), 'gone');
  const second = await createPod(api, namespace, 'redis-0');
  test.not(first.metadata.uid, second.metadata.uid);
  test.match(await pods.get(namespace, 'redis-0', live), { uid: second.metadata.uid });
  test.equal(await pods.get('no-such-namespace', 'redis-0', live), 'gone');
});

onKube('is refused with the token of a pod that is gone', async (test, api) => {
  const namespace = await api.newNamespace();
  const { metadata } = await createPod(api, namespace, 'redis-0');
  const token = await api.serviceAccountToken(namespace, 'default', { name: 'redis-0', uid: metadata.uid });
  const pods = podsAs(test, api, token);
  const error = await rejectionOf(pods.get(namespace, 'redis-0', live));
  test.match(error, { code: 'FC-K8S-002', transient: false }, 'alive, but not allowed to read pods: no answer');
  await api.admin('DELETE', `/api/v1/namespaces/${namespace}/pods/redis-0?gracePeriodSeconds=0`);
  let answer: unknown;
  // The API server keeps its verdict on a token for about ten seconds.
  for (let tries = 0; answer !== 'refused' && tries < 60; tries += 1) {
    answer = await pods.get(namespace, 'redis-0', live).catch(() => 'kept');
    if (answer !== 'refused') await new Promise((resolve) => setTimeout(resolve, 250));
  }
  test.equal(answer, 'refused');
});

t.test('takes neither another server’s 404 nor an unreadable token for the pod’s end', async (test) => {
  const served = await tlsServer(test, (_, response) => {
    response.writeHead(404).end('<html>not here</html>');
  });
  const client = new ApiClient(served);
  test.teardown(() => client.close());
  const pods = new ApiPods(client);
  test.match(await rejectionOf(pods.get('db', 'redis-0', live)), { code: 'FC-K8S-002', effect: 'none' });
  const nameless = new ApiPods(new ApiClient({ ...served, tokenFile: `${served.tokenFile}.none` }));
  test.match(await rejectionOf(nameless.get('db', 'redis-0', live)), { code: 'FC-K8S-002' });
});

t.test('refuses a reply that is not the pod asked for or lacks what every pod has', async (test) => {
  const metadata = { namespace: 'db', name: 'redis-0', uid: 'u1', creationTimestamp: '2026-01-01T00:00:00Z' };
  const facts = (pod: Record<string, unknown>) => podFacts({ kind: 'Pod', metadata, ...pod }, 'db', 'redis-0');
  test.match(facts({ status: { phase: 'Running', hostIP: '10.0.1.11' } }), { phase: 'Running', hostIp: '10.0.1.11' });
  test.match(facts({}), { phase: 'Unknown' });
  const bad: [Record<string, unknown>, RegExp][] = [
    [{ kind: 'Status' }, /is not a Pod/],
    [{ metadata: { ...metadata, name: 'redis-1' } }, /another pod/],
    [{ metadata: { ...metadata, uid: '' } }, /no uid/],
    [{ metadata: { ...metadata, creationTimestamp: null } }, /creationTimestamp/],
    [{ metadata: { ...metadata, creationTimestamp: 'yesterday' } }, /creationTimestamp/],
    [{ metadata: { ...metadata, deletionTimestamp: '2026-13-01T00:00:00Z' } }, /deletionTimestamp/],
    [{ metadata: [] }, /another pod/],
  ];
  for (const [pod, message] of bad) test.throws(() => facts(pod), { code: 'FC-K8S-001', transient: true, message });
});
