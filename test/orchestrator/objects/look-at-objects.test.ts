import t, { test } from 'tap';
import { comparable } from '../../../orchestrator/objects/comparable-object.ts';
import { dryRunOne } from '../../../orchestrator/objects/dry-run-one.ts';
import { refOf } from '../../../orchestrator/objects/kinds.ts';
import { lookAtObjects } from '../../../orchestrator/objects/look-at-objects.ts';
import { startKubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { requestsDuring } from '../status/requests.ts';
import { orchestratorWorld } from '../world.ts';

const owner = { service: 'redis', serviceUuid: undefined };

if (await needs(t, 'kube-apiserver')) {
  const api = await startKubeApi();
  t.teardown(() => api.stop());

  const configMap = (namespace: string, name: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace,
      labels: {
        'app.kubernetes.io/managed-by': 'firecamp',
        'app.kubernetes.io/part-of': 'demo',
        'firecamp-servicename': 'redis',
      },
    },
    data: { a: '1' },
  });

  test('looks at many objects of a kind with one list, and finds those of somebody else among them', async (t) => {
    const { operation, namespace } = await orchestratorWorld(t, api, { reservationTags: undefined });
    const objects = Array.from({ length: 25 }, (_none, n) => configMap(namespace, `redis-${n}`));
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    await api.admin('POST', path, objects[3]);
    let found: string[] = [];
    const requests = await requestsDuring(async () => {
      const seen = await lookAtObjects(operation(), objects, owner);
      found = seen.filter(({ live }) => live !== undefined).map(({ ref }) => ref.name);
    });
    t.same(found, ['redis-3']);
    t.match(requests, [new RegExp(`^GET ${path}\\?`)]);
    t.equal(requests.length, 1);
    await api.admin('POST', path, { ...objects[7], metadata: { name: 'redis-7' } });
    t.match(await rejectionOf(lookAtObjects(operation(), objects, owner)), {
      code: 'FC-K8S-005',
      message: /ConfigMap redis-7 is not firecamp’s/,
    });
  });

  test('calls nothing different that others wrote between the look and the dry run', async (t) => {
    const { operation, namespace, ports } = await orchestratorWorld(t, api, { reservationTags: undefined });
    const wanted = configMap(namespace, 'redis-a');
    const ref = refOf(wanted);
    const { signal } = operation();
    await ports.kube.apply(ref, wanted, { signal });
    const [stale] = await lookAtObjects(operation(), [wanted], owner);
    if (stale?.live === undefined) throw new Error('it is there');
    const annotations = { 'pv.kubernetes.io/bind-completed': 'yes' };
    const path = `/api/v1/namespaces/${namespace}/configmaps/redis-a`;
    await api.admin('PUT', path, { ...stale.live, metadata: { ...stale.live.metadata, annotations } });
    const { live, answer } = await dryRunOne(operation(), stale, { force: false });
    t.match(live?.metadata, { annotations });
    t.equal(answer.outcome, 'applied');
    if (live && answer.outcome === 'applied') t.same(comparable(answer.object), comparable(live));
  });
}
