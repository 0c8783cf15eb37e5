import { test } from 'tap';
import { serviceManifests } from '../../../orchestrator/manifests/service-manifests.ts';
import { applyObjects } from '../../../orchestrator/objects/apply-objects.ts';
import { kinds } from '../../../orchestrator/objects/kinds.ts';
import {
  getContainerClusterID,
  getContainerSvcType,
  getLocalContainerInstanceID,
  getStatefulSetPodNames,
} from '../../../orchestrator/presence/container-service.ts';
import { isServiceExist } from '../../../orchestrator/presence/is-service-exist.ts';
import { createReplicaSet, deleteReplicaSet } from '../../../orchestrator/presence/replica-set.ts';
import { startService } from '../../../orchestrator/presence/start-service.ts';
import { stopService } from '../../../orchestrator/presence/stop-service.ts';
import type { KubeCluster } from '../../../scripts/rig/kube-cluster.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { eventually } from '../eventually.ts';
import { kubeFront } from '../kube-front.ts';
import { bare, cluster, nothingKnown, stateless } from '../manifests/sample-service.ts';
import { addFleet, type OrchestratorWorld, orchestratorWorld, wholeCluster } from '../world.ts';

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

async function podsOf(kube: KubeCluster, namespace: string): Promise<readonly Pod[]> {
  return ((await kube.admin('GET', `/api/v1/namespaces/${namespace}/pods`)) as { items: Pod[] }).items;
}

/** Waits until that many pods are Ready. */
async function ready(kube: KubeCluster, namespace: string, count: number): Promise<void> {
  await eventually(async () => {
    const pods = await podsOf(kube, namespace);
    const up = pods.filter(({ status }) =>
      status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
    );
    if (up.length !== count || pods.length !== count) throw new Error(`${up.length} of ${pods.length} pods are Ready`);
  });
}

/** The bare service with so many members, its objects made. */
async function running(world: OrchestratorWorld, name: string, replicas: number): Promise<void> {
  const { namespace, cluster: itsCluster } = world.settings;
  const service = { ...bare, name, replicas, namespace, cluster: itsCluster, terminationGracePeriodSeconds: 1 };
  const owner = { service: name, serviceUuid: undefined };
  await applyObjects(world.operation(), serviceManifests(service, nothingKnown, cluster), owner);
}

test('on a whole control plane with played nodes', async (t) => {
  if (!(await needs(t, 'kube-cluster', 'kwok'))) return;
  const kube = await wholeCluster(t);
  const world = await orchestratorWorld(t, kube);
  const { namespace } = world;
  await addFleet(kube, world.account);
  const setPath = `/apis/apps/v1/namespaces/${namespace}/statefulsets`;

  await t.test('a service exists when its StatefulSet does, and somebody else’s is an error', async (t) => {
    t.equal(await isServiceExist(world.operation(), 'a'), false);
    await running(world, 'a', 1);
    t.equal(await isServiceExist(world.operation(), 'a'), true);
    const live = (await kube.admin('GET', `${setPath}/a`)) as { spec: object };
    await kube.admin('POST', setPath, { metadata: { name: 'foreign' }, spec: live.spec });
    for (const call of [isServiceExist, stopService, startService]) {
      const error = await rejectionOf(call(world.operation(), 'foreign'));
      t.match(error, { code: 'FC-K8S-005', message: /StatefulSet foreign .* is not firecamp/ }, call.name);
    }
    t.match(await kube.admin('GET', `${setPath}/foreign`), { spec: { replicas: 1 } });
    await kube.admin('DELETE', `${setPath}/foreign`);
    await stopService(world.operation(), 'a');
  });

  await t.test('a stopped service has no pods, remembers how many it had, and starts with as many', async (t) => {
    await running(world, 'b', 3);
    await ready(kube, namespace, 3);
    const planned = await stopService(world.operation({ dryRun: 'server' }), 'b');
    t.match(planned, { changes: [{ action: 'update', kind: 'StatefulSet', name: 'b', detail: 'replicas: 3 → 0' }] });
    t.match(await kube.admin('GET', `${setPath}/b`), { spec: { replicas: 3 } });
    t.strictSame(await stopService(world.operation(), 'b'), planned);
    t.strictSame(await podsOf(kube, namespace), [], 'not even an ending pod');
    const done = world.events.filter(({ state, member }) => state === 'done' && member?.startsWith('b-'));
    t.strictSame(done.map(({ member }) => member).sort(), ['b-0', 'b-1', 'b-2']);
    t.match(await stopService(world.operation(), 'b'), { changes: [{ action: 'keep' }] }, 'stopped already');
    t.match(await startService(world.operation(), 'b'), { changes: [{ detail: 'replicas: 0 → 3' }] });
    t.match(await startService(world.operation(), 'b'), { changes: [{ action: 'keep' }] }, 'started already');
    await ready(kube, namespace, 3);
    t.notMatch(await kube.admin('GET', `${setPath}/b`), {
      metadata: { annotations: { 'firecamp.io/stopped-from': '3' } },
    });
  });

  await t.test('a stop that is held up says by which pod, and the next one goes on', async (t) => {
    const pod = `/api/v1/namespaces/${namespace}/pods/b-1`;
    const live = (await eventually(() => kube.admin('GET', pod))) as { metadata: object };
    await kube.admin('PUT', pod, { ...live, metadata: { ...live.metadata, finalizers: ['example.com/hold'] } });
    const error = await rejectionOf(stopService(world.operation(), 'b', { timeoutSeconds: 4 }));
    t.match(error, {
      code: 'FC-CLM-006',
      message: /Pods of b are left: .*b-1 on ip-\S+ \(its grace ends 20[^;]*, held by example.com\/hold\)/,
    });
    const held = (await kube.admin('GET', pod)) as { metadata: object };
    const stopping = stopService(world.operation(), 'b');
    await kube.admin('PUT', pod, { ...held, metadata: { ...held.metadata, finalizers: [] } });
    t.match(await stopping, { changes: [{ action: 'keep' }] });
    t.strictSame(await podsOf(kube, namespace), []);
    t.match(await startService(world.operation({ dryRun: 'client' }), 'b'), {
      changes: [{ detail: 'replicas: 0 → 3' }],
    });
  });

  await t.test('a stop lives through lost races, failures and broken watches', async (t) => {
    await startService(world.operation(), 'b');
    await ready(kube, namespace, 3);
    const front = await kubeFront(t, kube, ({ method, url, count }) => {
      if (url.searchParams.has('watch')) return count < 4 ? { breakAfterMs: 20 } : undefined;
      if (method === 'PUT') return ([{ status: 409 }, { status: 500 }, 'lose the answer'] as const)[count - 1];
      return method === 'GET' && count === 2 ? { status: 429, retryAfter: 1 } : undefined;
    });
    const bad = await orchestratorWorld(t, front.api, { namespace, reservationTags: undefined });
    t.match(await stopService(bad.operation(), 'b'), { changes: [{ detail: 'replicas: 3 → 0' }] });
    t.strictSame(await podsOf(kube, namespace), []);
    t.match(await kube.admin('GET', `${setPath}/b`), {
      metadata: { annotations: { 'firecamp.io/stopped-from': '3' } },
    });
  });

  await t.test('an absent service is stopped already, and cannot be started', async (t) => {
    t.strictSame(await stopService(world.operation(), 'nobody'), { changes: [] });
    t.match(await rejectionOf(startService(world.operation(), 'nobody')), { code: 'FC-SVC-002' });
  });

  await t.test('a replica set is a Deployment, made once, stopped, started and deleted with its pods', async (t) => {
    const service = {
      ...stateless,
      replicas: 2,
      zones: [],
      namespace,
      cluster: 'demo',
      terminationGracePeriodSeconds: 1,
    };
    const operation = world.operation();
    t.match(await rejectionOf(createReplicaSet(operation, { ...service, type: 'stateful' })), { code: 'FC-CFG-001' });
    const { changes } = await createReplicaSet(operation, service);
    t.strictSame(
      changes.map(({ action, kind }) => `${action} ${kind}`),
      ['create Service', 'create PodDisruptionBudget', 'create Deployment'],
    );
    await ready(kube, namespace, 2);
    const again = await createReplicaSet(operation, service);
    t.ok(again.changes.every(({ action }) => action === 'keep'));
    const differs = rejectionOf(createReplicaSet(operation, { ...service, image: 'other' }));
    t.match(await differs, { code: 'FC-SVC-001', message: /Deployment front: .*"redis:7.4" → "other"/ });
    await stopService(operation, 'front');
    t.strictSame(await podsOf(kube, namespace), []);
    t.match(await startService(operation, 'front'), { changes: [{ kind: 'Deployment', detail: 'replicas: 0 → 2' }] });
    await ready(kube, namespace, 2);
    const gone = await deleteReplicaSet(operation, 'front');
    t.strictSame(
      gone.changes.map(({ action, kind }) => `${action} ${kind}`),
      ['delete Deployment', 'delete PodDisruptionBudget', 'delete Service'],
    );
    t.strictSame(await podsOf(kube, namespace), []);
    t.strictSame(await deleteReplicaSet(operation, 'front'), { changes: [] });
  });

  await t.test('says where it runs, in FireCamp’s words', async (t) => {
    const nodes = await world.ports.kube.list(kinds.Node, {}, { signal: AbortSignal.timeout(30_000) });
    const name = nodes.items[0]?.metadata.name ?? '';
    t.equal(await getLocalContainerInstanceID(world.operation(), name), name);
    t.match(await rejectionOf(getLocalContainerInstanceID(world.operation(), 'nobody')), { code: 'FC-NET-005' });
    t.equal(getContainerClusterID(world.operation()), 'demo');
    t.equal(getContainerSvcType(), 'k8s');
    t.strictSame(getStatefulSetPodNames('r', 3), ['r-0', 'r-1', 'r-2']);
    t.strictSame(getStatefulSetPodNames('r', 3, true), ['r-2', 'r-1', 'r-0']);
  });
});
