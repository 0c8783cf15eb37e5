import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'tap';
import { kubeBinaries } from '../../../scripts/rig/kube-binaries.ts';
import { type KubeCluster, startKubeCluster } from '../../../scripts/rig/kube-cluster.ts';
import { run } from '../../../scripts/rig/processes.ts';
import { needs } from '../../../scripts/rig/requirements.ts';

test('a real control plane that acts on what it is given', async (t) => {
  if (!(await needs(t, 'kube-cluster', 'kubectl', 'kwok'))) return;
  const cluster = await startKubeCluster();
  t.teardown(() => cluster.stop());

  t.test('gives a namespace its service account and authority, and ends it with all that is in it', async (t) => {
    await cluster.admin('POST', '/api/v1/namespaces', { metadata: { name: 'plain' } });
    const inside = '/api/v1/namespaces/plain';
    await eventually(() => cluster.admin('GET', `${inside}/serviceaccounts/default`));
    await eventually(() => cluster.admin('GET', `${inside}/configmaps/kube-root-ca.crt`));
    await cluster.admin('DELETE', inside);
    await t.resolves(eventually(() => gone(cluster, inside)));
  });

  t.test('schedules a pod to the one node of the zone it asks for, where it waits for a kubelet', async (t) => {
    const unplayed = { kubelet: 'none', address: '198.51.100.1' } as const;
    await cluster.addNode({ ...unplayed, name: 'still-a', zone: 'us-east-1a' });
    await cluster.addNode({ ...unplayed, name: 'still-b', zone: 'us-east-1b', labels: { disk: 'ssd' } });
    const namespace = await cluster.newNamespace();
    const spec = {
      nodeSelector: { 'topology.kubernetes.io/zone': 'us-east-1b', disk: 'ssd' },
      containers: [{ name: 'main', image: 'localhost/none' }],
    };
    await cluster.admin('POST', `/api/v1/namespaces/${namespace}/pods`, { metadata: { name: 'm-0' }, spec });
    const pod = await eventually(async () => placed(await podsOf(cluster, namespace), 1));
    t.match(pod, [{ spec: { nodeName: 'still-b' }, status: { phase: 'Pending' } }]);
  });

  t.test('runs a StatefulSet on nodes that kwok plays, and replaces a member only after its grace', async (t) => {
    await Promise.all(
      ['us-east-1a', 'us-east-1b'].map((zone, at) =>
        cluster.addNode({
          name: `kwok-${at}`,
          zone,
          address: `198.51.100.${10 + at}`,
          labels: played,
          kubelet: 'kwok',
        }),
      ),
    );
    for (const name of ['kwok-0', 'kwok-1']) {
      const lease = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`;
      await t.resolveMatch(
        eventually(() => cluster.admin('GET', lease)),
        { spec: { renewTime: String } },
      );
    }
    const namespace = await cluster.newNamespace();
    await cluster.admin('POST', `/apis/apps/v1/namespaces/${namespace}/statefulsets`, setOfTwo);
    const before = await eventually(async () => ready(await podsOf(cluster, namespace), 2));
    t.strictSame(before.map((pod) => pod.metadata.name).sort(), ['m-0', 'm-1']);
    t.strictSame(before.map((pod) => `${pod.spec.nodeName} ${pod.status.podIP}`).sort(), [
      'kwok-0 198.51.100.10',
      'kwok-1 198.51.100.11',
    ]);
    const first = before.find((pod) => pod.metadata.name === 'm-0');
    const deleted = Date.now();
    const path = `/api/v1/namespaces/${namespace}/pods/m-0`;
    t.match(await cluster.admin('DELETE', path), { metadata: { deletionGracePeriodSeconds: grace } });
    t.match(await cluster.admin('GET', path), { metadata: { uid: first?.metadata.uid, deletionTimestamp: String } });
    await eventually(async () => {
      const pods = ready(await podsOf(cluster, namespace), 2);
      if (pods.some((pod) => pod.metadata.uid === first?.metadata.uid)) throw new Error('m-0 was not replaced');
    });
    // The timestamp has whole seconds only, so that up to one of them is lost.
    t.ok(Date.now() - deleted >= (grace - 1) * 1_000, 'the member had its grace');
  });

  t.test('lets a client in by its kubeconfig file', async (t) => {
    const [kubectl] = await kubeBinaries('kubectl');
    const said = await run(kubectl, ['--kubeconfig', cluster.kubeconfig, 'auth', 'whoami', '-o', 'json']);
    t.match(JSON.parse(said), { status: { userInfo: { username: 'admin' } } });
  });

  t.test('leaves neither process nor file nor port behind', async (t) => {
    const pids = cluster.pids;
    t.equal(pids.length, 3, 'controller manager, scheduler and kwok');
    await cluster.stop();
    for (const pid of pids) t.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    t.notOk(existsSync(cluster.kubeconfig));
    const server = createServer().listen(Number(new URL(cluster.url).port), '127.0.0.1');
    await t.resolves(once(server, 'listening'), 'the port of the API server is free again');
    server.close();
  });
});

interface Pod {
  metadata: { name: string; uid: string };
  spec: { nodeName?: string };
  status: { podIP?: string; conditions?: readonly { type: string; status: string }[] };
}

const grace = 3;
const played = { 'rig/played': 'yes' };
const labels = { app: 'm' };
const spread = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } };

const setOfTwo = {
  metadata: { name: 'm' },
  spec: {
    replicas: 2,
    serviceName: 'm',
    podManagementPolicy: 'Parallel',
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        hostNetwork: true,
        nodeSelector: played,
        terminationGracePeriodSeconds: grace,
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [spread] } },
        initContainers: [
          { name: 'sidecar', image: 'localhost/none', restartPolicy: 'Always' },
          { name: 'claim', image: 'localhost/none' },
        ],
        containers: [{ name: 'main', image: 'localhost/none' }],
      },
    },
  },
};

async function podsOf(cluster: KubeCluster, namespace: string): Promise<Pod[]> {
  return ((await cluster.admin('GET', `/api/v1/namespaces/${namespace}/pods`)) as { items: Pod[] }).items;
}

function placed(pods: Pod[], count: number): Pod[] {
  const found = pods.filter((pod) => pod.spec.nodeName);
  if (found.length !== count) throw new Error(`${found.length} of ${count} pods are placed: ${JSON.stringify(pods)}`);
  return found;
}

function ready(pods: Pod[], count: number): Pod[] {
  const isReady = (pod: Pod) =>
    pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  const found = pods.filter(isReady);
  if (found.length !== count) throw new Error(`${found.length} of ${count} pods are Ready: ${JSON.stringify(pods)}`);
  return found;
}

async function gone(cluster: KubeCluster, path: string): Promise<void> {
  try {
    await cluster.admin('GET', path);
  } catch (error) {
    if ((error as { status?: number }).status === 404) return;
    throw error;
  }
  throw new Error(`${path} is still there`);
}

/** Controllers act in their own time; on a busy machine that may be tens of seconds. */
async function eventually<T>(look: () => Promise<T>): Promise<T> {
  const end = Date.now() + 120_000;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await sleep(200);
  }
}
