import { test } from 'tap';
import { type KubeApi, startKubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';

test('a real kube-apiserver that gives tests namespaces and tokens', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await startKubeApi();
  t.teardown(() => api.stop());

  t.test('answers with the version of the tools module', async (t) => {
    t.match(await api.admin('GET', '/version'), { gitVersion: 'v1.34.4' });
  });

  t.test('gives each caller a namespace of its own that admits pods', async (t) => {
    const [one, two] = await Promise.all([api.newNamespace(), api.newNamespace()]);
    t.not(one, two);
    t.match(await newPod(api, one), { kind: 'Pod', metadata: { namespace: one } });
  });

  t.test('issues service account tokens that RBAC holds to what they were granted', async (t) => {
    const namespace = await api.newNamespace();
    const token = await api.serviceAccountToken(namespace, 'member');
    const review = await api.admin('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token } });
    t.match(review, {
      status: { authenticated: true, user: { username: `system:serviceaccount:${namespace}:member` } },
    });
  });

  t.test('refuses a token that is bound to a pod once the pod is gone', async (t) => {
    const namespace = await api.newNamespace();
    const pod = await newPod(api, namespace);
    const token = await api.serviceAccountToken(namespace, 'default', pod.metadata);
    const reviews = '/apis/authentication.k8s.io/v1/tokenreviews';
    t.match(await api.admin('POST', reviews, { spec: { token } }), { status: { authenticated: true } });
    await api.admin('DELETE', `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}`, { gracePeriodSeconds: 0 });
    await t.resolveMatch(refused(api, reviews, token), true);
  });
});

interface Pod {
  metadata: { name: string; uid: string; namespace: string };
}

async function newPod(api: KubeApi, namespace: string): Promise<Pod> {
  const spec = { containers: [{ name: 'main', image: 'localhost/none' }] };
  return (await api.admin('POST', `/api/v1/namespaces/${namespace}/pods`, { metadata: { name: 'm-0' }, spec })) as Pod;
}

/** The API server keeps a token's verdict for ten seconds, so the refusal may come that late. */
async function refused(api: KubeApi, reviews: string, token: string): Promise<boolean> {
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    const review = (await api.admin('POST', reviews, { spec: { token } })) as { status: { authenticated?: boolean } };
    if (review.status.authenticated !== true) return true;
  }
  return false;
}
