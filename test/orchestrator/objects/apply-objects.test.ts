import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import type { KubeObject } from '../../../orchestrator/manifests/kube-object.ts';
import { applyObjects } from '../../../orchestrator/objects/apply-objects.ts';
import { compareObjects } from '../../../orchestrator/objects/compare-objects.ts';
import { deleteObjects } from '../../../orchestrator/objects/delete-objects.ts';
import { refOf } from '../../../orchestrator/objects/kinds.ts';
import { type KubeApi, startKubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { type BadDay, type FrontRequest, kubeFront } from '../kube-front.ts';
import { type OrchestratorWorld, orchestratorWorld } from '../world.ts';
import { ownerOf, sampleObjects, sampleService } from './sample-objects.ts';

if (await needs(t, 'kube-apiserver')) {
  const api = await startKubeApi();
  t.teardown(() => api.stop());
  await tests(api);
}

interface Sample {
  readonly world: OrchestratorWorld;
  readonly service: ReturnType<typeof sampleService>;
  readonly objects: KubeObject[];
  readonly owner: ReturnType<typeof ownerOf>;
}

async function sampleOn(test: Test, api: KubeApi): Promise<Sample> {
  const world = await orchestratorWorld(test, api, { reservationTags: undefined });
  const service = sampleService(world, `redis-${randomBytes(4).toString('hex')}`);
  return { world, service, objects: sampleObjects(service), owner: ownerOf(service) };
}

/** Every object of the kinds that a service has, in the namespace and outside, but for what writes of others would change. */
async function everything({ world, service }: Sample): Promise<unknown[]> {
  const found = await Promise.all(
    sampleObjects(service).map(async (object) => {
      const live = await world.ports.kube.get(refOf(object), { signal: new AbortController().signal });
      return live === 'absent' ? live : { ...live, metadata: { ...live.metadata, managedFields: [] } };
    }),
  );
  return found;
}

async function tests(api: KubeApi): Promise<void> {
  await t.test(
    'makes all objects of a service, and finds nothing to do and nothing different the second time',
    async (t) => {
      const sample = await sampleOn(t, api);
      const { world, objects, owner } = sample;
      const operation = world.operation();
      t.ok((await compareObjects(operation, objects, owner)).every(({ action }) => action === 'create'));
      for (const dryRun of ['client', 'server'] as const) {
        const planned = await applyObjects(world.operation({ dryRun }), objects, owner);
        t.ok(
          planned.every(({ action }) => action === 'create'),
          dryRun,
        );
      }
      t.ok(
        (await everything(sample)).every((one) => one === 'absent'),
        'dry runs make nothing',
      );
      const changes = await applyObjects(operation, objects, owner);
      t.strictSame(
        changes.map(({ action, kind, name }) => [action, kind, name]),
        objects.map(({ kind, metadata }) => ['create', kind, metadata.name]),
      );
      const made = await everything(sample);
      t.notOk(made.includes('absent'));
      for (const dryRun of ['client', 'server', 'none'] as const) {
        const again = await applyObjects(world.operation({ dryRun }), objects, owner, { existing: 'same' });
        t.ok(
          again.every(({ action }) => action === 'keep'),
          dryRun,
        );
      }
      t.strictSame(await everything(sample), made, 'not even a version differs');
      const compared = await compareObjects(operation, objects, owner);
      t.ok(compared.every(({ action }) => action === 'none'));
      for (const { live, wanted, object } of compared) t.strictSame(live, wanted, object);
    },
  );

  await t.test('changes what differs and says it, or refuses it where the service must be the same', async (t) => {
    const sample = await sampleOn(t, api);
    const { world, service, objects, owner } = sample;
    const operation = world.operation();
    await applyObjects(operation, objects, owner);
    const made = await everything(sample);
    const newer = sampleObjects({ ...service, image: 'redis:8', replicas: 5 });
    const detail = /spec\.replicas: 3 → 5; .*containers\[.*\]\.image: "redis:7\.4" → "redis:8"/;
    const refused = await rejectionOf(applyObjects(operation, newer, owner, { existing: 'same' }));
    t.match(refused, { code: 'FC-SVC-001', message: detail });
    t.strictSame(await everything(sample), made, 'nothing was written');
    for (const dryRun of ['client', 'server', 'none'] as const) {
      const changes = await applyObjects(world.operation({ dryRun }), newer, owner);
      t.match(
        changes.filter(({ action }) => action !== 'keep'),
        [{ action: 'update', kind: 'StatefulSet', detail }],
        dryRun,
      );
    }
    t.ok((await compareObjects(operation, newer, owner)).every(({ action }) => action === 'none'));
  });

  await t.test('refuses objects of somebody else, all at once, and writes nothing', async (t) => {
    const other = await sampleOn(t, api);
    const mine = await sampleOn(t, api);
    await applyObjects(other.world.operation(), other.objects, other.owner);
    // The same name in another namespace.
    const service = { ...other.service, namespace: mine.world.namespace };
    const taken = { ...mine, service, objects: sampleObjects(service), owner: other.owner };
    const path = `/api/v1/namespaces/${mine.world.namespace}/services`;
    await api.admin('POST', path, { metadata: { name: service.name }, spec: { ports: [{ port: 1 }] } });
    const before = await everything(taken);
    for (const call of [applyObjects, compareObjects]) {
      const error = await rejectionOf(call(mine.world.operation(), taken.objects, taken.owner));
      t.match(error, { code: 'FC-K8S-005' });
      const { fields } = error as { fields: { objects: string[] } };
      t.match(fields.objects, [
        `StorageClass ${service.name}-data is of the service ${service.name} in namespace ${other.world.namespace}`,
        `StorageClass ${service.name}-journal is of the service ${service.name} in namespace ${other.world.namespace}`,
        ...Array.from({ length: 6 }, () => /^PersistentVolume .* in namespace/),
        `Service ${service.name} is not firecamp’s`,
      ]);
      t.equal(fields.objects.length, 9);
    }
    t.strictSame(await everything(taken), before);
    const kept = await deleteObjects(mine.world.operation(), taken.objects.map(refOf), taken.owner);
    t.ok(
      kept.every(({ action }) => action === 'keep'),
      'nor does it delete them',
    );
    t.strictSame(await everything(taken), before);
  });

  await t.test('refuses an earlier service’s objects of the same name by its UUID', async (t) => {
    const { world, objects, owner } = await sampleOn(t, api);
    await applyObjects(world.operation(), objects, owner);
    const later = { ...owner, serviceUuid: 'f'.repeat(32) };
    t.match(await rejectionOf(applyObjects(world.operation(), objects, later)), {
      code: 'FC-K8S-005',
      message: /had the UUID/,
    });
  });

  await t.test('tells of fields that somebody else has changed, and takes its own', async (t) => {
    const { world, service, objects, owner } = await sampleOn(t, api);
    const operation = world.operation();
    await applyObjects(operation, objects, owner);
    const path = `/apis/apps/v1/namespaces/${world.namespace}/statefulsets/${service.name}`;
    const scaled = async (manager: string, replicas: number) => {
      const live = (await api.admin('GET', path)) as { spec: object };
      await api.admin('PUT', `${path}?fieldManager=${manager}`, { ...live, spec: { ...live.spec, replicas } });
    };
    await scaled('firecamp', 0);
    const back = await applyObjects(operation, objects, owner);
    t.match(
      back.filter(({ action }) => action === 'update'),
      [{ detail: 'spec.replicas: 0 → 3' }],
    );
    await scaled('kubectl-edit', 7);
    const error = await rejectionOf(applyObjects(operation, objects, owner));
    t.match(error, { code: 'FC-K8S-007', message: /StatefulSet .*"kubectl-edit".*\.spec\.replicas/ });
    t.match(await api.admin('GET', path), { spec: { replicas: 7 } });
    t.match(
      (await compareObjects(operation, objects, owner)).filter(({ action }) => action === 'update'),
      [{ live: { spec: { replicas: 7 } }, wanted: { spec: { replicas: 3 } } }],
    );
    await applyObjects(operation, objects, owner, { force: true });
    t.match(await api.admin('GET', path), { spec: { replicas: 3 } });
  });

  await t.test(
    'takes many fields of its own, and none when a list of them is too long to tell whose the last is',
    async (t) => {
      const { world, service, owner } = await sampleOn(t, api);
      const names = Array.from({ length: 40 }, (_none, index) => `VARIABLE_OF_A_LONG_NAME_${index}`);
      const objects = sampleObjects({ ...service, env: Object.fromEntries(names.map((name) => [name, 'ours'])) });
      const operation = world.operation();
      await applyObjects(operation, objects, owner);
      const path = `/apis/apps/v1/namespaces/${world.namespace}/statefulsets/${service.name}`;
      const edited = async (manager: string, change: (text: string) => string) => {
        const live = JSON.stringify(await api.admin('GET', path));
        await api.admin('PUT', `${path}?fieldManager=${manager}`, JSON.parse(change(live)));
      };
      await edited('firecamp', (text) => text.replaceAll('"ours"', '"other"'));
      t.match(
        (await applyObjects(operation, objects, owner)).filter(({ action }) => action === 'update'),
        [{ detail: /env\[VARIABLE_OF_A_LONG_NAME_0\]\.value: "other" → "ours"; .*and 36 more$/ }],
      );
      await edited('firecamp', (text) => text.replaceAll('"ours"', '"other"'));
      await edited('zz-person', (text) => text.replace('"replicas":3', '"replicas":4'));
      t.match(await rejectionOf(applyObjects(operation, objects, owner)), { code: 'FC-K8S-007' });
      t.match(await api.admin('GET', path), { spec: { replicas: 4 } });
    },
  );

  await t.test('gives the API server’s words for what it will never take, before anything is written', async (t) => {
    const sample = await sampleOn(t, api);
    const { world, service, objects, owner } = sample;
    await applyObjects(world.operation(), objects, owner);
    const made = await everything(sample);
    const dataVolume = service.dataVolume && { ...service.dataVolume, sizeGb: 2048, volumeType: 'gp2' };
    const bigger = sampleObjects({ ...service, image: 'redis:8', dataVolume });
    const error = await rejectionOf(applyObjects(world.operation(), bigger, owner));
    t.match(error, { code: 'FC-K8S-006', message: /StatefulSet .*updates to statefulset spec/ });
    t.match(error, { message: /StorageClass .*parameters.*Forbidden/ }, 'all of them');
    t.strictSame(await everything(sample), made);
  });

  await t.test('deletes what is this service’s and leaves the rest', async (t) => {
    const sample = await sampleOn(t, api);
    const { world, objects, owner } = sample;
    await applyObjects(world.operation(), objects, owner);
    const made = await everything(sample);
    // Claims and volumes have finalizers, which nobody takes away on an API server alone.
    const mine = objects.filter(({ kind }) => !kind.startsWith('PersistentVolume'));
    const refs = mine.map(refOf).reverse();
    const last = async (dryRun: 'client' | 'server' | 'none') =>
      (await deleteObjects(world.operation({ dryRun }), refs, owner, { waitSeconds: 60 })).map(
        ({ action, kind }) => `${action} ${kind}`,
      );
    const shared = ['ServiceAccount', 'Role', 'RoleBinding'];
    const wanted = [...mine].reverse().map(({ kind }) => `${shared.includes(kind) ? 'keep' : 'delete'} ${kind}`);
    t.strictSame(await last('client'), wanted);
    t.strictSame(await last('server'), wanted);
    t.strictSame(await everything(sample), made);
    t.strictSame(await last('none'), wanted);
    const left = (await everything(sample)).filter((one) => one !== 'absent');
    t.equal(left.length, 3 + 12, 'what services share, volumes and claims');
    t.strictSame(
      await last('none'),
      wanted.filter((line) => line.startsWith('keep')),
    );
    const claims = objects.filter(({ kind }) => kind === 'PersistentVolumeClaim').map(refOf);
    t.match(await rejectionOf(deleteObjects(world.operation(), claims, owner, { waitSeconds: 1 })), {
      code: 'FC-CLM-006',
      message: /Not gone yet: PersistentVolumeClaim .*being deleted since .*held by kubernetes.io\/pvc-protection/,
    });
  });

  await t.test('lives through an API server that answers 409, 429 and 500, and loses answers', async (t) => {
    const failures: BadDay[] = [{ status: 409 }, { status: 429, retryAfter: 1 }, { status: 500 }, 'lose the answer'];
    // Each object's first writes fail, each in another way.
    const badDay = ({ method, count, url }: FrontRequest) =>
      method === 'PATCH' && count <= 2 ? failures[(url.pathname.length + count) % failures.length] : undefined;
    const front = await kubeFront(t, api, badDay);
    const { world, objects, owner } = await sampleOn(t, front.api);
    const throttledAt = performance.now();
    await applyObjects(world.operation(), objects, owner);
    t.ok(performance.now() - throttledAt >= 1000, 'and waits as long as it was told');
    t.ok(front.requests.some(({ method, count }) => method === 'PATCH' && count === 3));
    const straight = await orchestratorWorld(t, api, { namespace: world.namespace, reservationTags: undefined });
    const compared = await compareObjects(straight.operation(), objects, owner);
    t.ok(compared.every(({ action }) => action === 'none'));
  });

  await t.test('does not send an object again whose name somebody else took meanwhile', async (t) => {
    const service = `redis-${randomBytes(4).toString('hex')}`;
    const taken = Promise.withResolvers<void>();
    const front = await kubeFront(t, api, ({ method, url, count }) => {
      const itsService = method === 'PATCH' && url.pathname.endsWith(`/services/${service}`);
      if (!itsService || count > 1) return undefined;
      const [, namespace] = /namespaces\/([^/]+)/.exec(url.pathname) ?? [];
      const body = { metadata: { name: service }, spec: { ports: [{ port: 1 }] } };
      api.admin('POST', `/api/v1/namespaces/${namespace}/services`, body).then(() => taken.resolve(), taken.reject);
      return { status: 429, retryAfter: 2 };
    });
    const world = await orchestratorWorld(t, front.api, { reservationTags: undefined });
    const sample = sampleService(world, service);
    const error = await rejectionOf(applyObjects(world.operation(), sampleObjects(sample), ownerOf(sample)));
    await taken.promise;
    t.match(error, { code: 'FC-K8S-005', message: new RegExp(`Service ${service} is not firecamp`) });
  });
}
