import { test } from 'tap';
import type { FirecampError } from '../../../common/domain/errors.ts';
import type { Volume } from '../../../common/ports/volumes.ts';
import { applyService } from '../../../orchestrator/change/apply-service.ts';
import { diffService } from '../../../orchestrator/change/diff-service.ts';
import { updateService } from '../../../orchestrator/change/update-service.ts';
import { numberAt, textAt } from '../../../orchestrator/definition/field-reader.ts';
import { kinds } from '../../../orchestrator/objects/kinds.ts';
import { updateObject } from '../../../orchestrator/objects/update-object.ts';
import type { Change } from '../../../orchestrator/operation.ts';
import { startService } from '../../../orchestrator/presence/start-service.ts';
import { withReplicas } from '../../../orchestrator/presence/stopped-from.ts';
import { readDefinition } from '../../../orchestrator/records/read-definition.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { addFleet, apiOnly, type OrchestratorWorld, orchestratorWorld } from '../world.ts';

const signal = new AbortController().signal;

test('changes of a service that is there', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await apiOnly(t);
  const world = await orchestratorWorld(t, api);
  await addFleet(api, world.account);
  const { operation, settings } = world;
  const redis = redisIn(settings);

  await t.test('apply creates what is absent; after it nothing differs and another apply writes nothing', async (t) => {
    const planned = await applyService(operation({ dryRun: 'client' }), redis);
    t.ok(planned.changes.some(({ kind, action }) => kind === 'StatefulSet' && action === 'create'));
    const before = await diffService(operation(), redis);
    t.strictSame([...new Set(before.map(({ action }) => action))], ['create']);
    await applyService(operation(), redis);
    await nothingDiffers(t, world, redis);
    const versions = await versionsOf(world);
    const { changes } = await applyService(operation(), redis);
    t.strictSame(notKept(changes), []);
    t.strictSame(await versionsOf(world), versions);
  });

  await t.test('update changes what it names in records and objects, and nothing else', async (t) => {
    const ports = [
      { name: 'redis', containerPort: 6380, isServicePort: true, declared: false },
      { name: 'metrics', containerPort: 9121, isServicePort: false, declared: false },
    ];
    const update = { containerImage: 'redis:8.4', maxCpuUnits: 0, maxMemMb: 512, releaseVersion: '1.1.0', ports };
    const { changes } = await updateService(operation(), 'redis', update);
    t.strictSame(
      notKept(changes)
        .map(({ kind, name }) => `${kind} ${name}`)
        .sort(),
      [
        'EndpointSlice redis-members',
        'Service redis',
        'Service redis-members',
        'StatefulSet redis',
        'record attributes of redis',
      ],
    );
    const is = {
      ...redis,
      ports,
      image: 'redis:8.4',
      resources: { ...redis.resources, maxMemMb: 512 },
      images: { ...redis.images, release: '1.1.0' },
    };
    t.strictSame(await definitionOf(world), is);
    t.match((await getService(operation(), 'redis')).attr?.record.resources, { maxMemMb: 512, reserveMemMb: 256 });
    const set = await live(world, 'StatefulSet');
    t.equal(textAt(set, 'spec', 'template', 'spec', 'containers', 0, 'image'), 'redis:8.4');
    t.equal(
      textAt(set, 'spec', 'template', 'spec', 'initContainers', 0, 'image'),
      'cloudstax/firecamp-stopcontainer:1.1.0',
    );
    t.equal(numberAt(await live(world, 'Service'), 'spec', 'ports', 1, 'port'), 9121);
    await nothingDiffers(t, world, is);
    t.strictSame(
      notKept((await updateService(operation(), 'redis', update)).changes),
      [],
      'the same again is no change',
    );
    await applyService(operation(), redis);
    await nothingDiffers(t, world, redis);
  });

  await t.test(
    'apply carries settings of firecamp’s containers to records and pods, and takes them away',
    async (t) => {
      const is = { ...redis, settings: { LOG_LEVEL: 'debug' } };
      const { changes } = await applyService(operation(), is);
      t.strictSame(
        notKept(changes)
          .map(({ kind, name }) => `${kind} ${name}`)
          .sort(),
        ['StatefulSet redis', 'record attributes of redis'],
      );
      t.strictSame(await definitionOf(world), is);
      const template = JSON.stringify(await live(world, 'StatefulSet'));
      t.equal(template.split('"name":"LOG_LEVEL","value":"debug"').length - 1, 2, 'both containers have it');
      await nothingDiffers(t, world, is);
      await applyService(operation(), redis);
      await nothingDiffers(t, world, redis);
    },
  );

  await t.test('an update with faults is refused with all of them, and changes nothing', async (t) => {
    const versions = await versionsOf(world);
    const update = { maxMemMb: 100, reserveCpuUnits: -1, containerImage: 'a b' };
    const error = (await rejectionOf(updateService(operation(), 'redis', update))) as FirecampError;
    t.equal(error.code, 'FC-CFG-001');
    const faults = error.fields['faults'] as string[];
    t.strictSame(faults.map((fault) => fault.split(':')[0]).sort(), [
      'image',
      'resources.reserveCpuUnits',
      'resources.reserveMemMb',
    ]);
    t.strictSame(await versionsOf(world), versions);
  });

  await t.test('of updates at the same moment none is lost, neither in the records nor in the objects', async (t) => {
    await Promise.all([
      updateService(operation(), 'redis', { containerImage: 'redis:8.5' }),
      updateService(operation(), 'redis', { maxMemMb: 768 }),
      updateService(operation(), 'redis', { releaseVersion: '1.2.0' }),
    ]);
    const is = await definitionOf(world);
    t.match(is, { image: 'redis:8.5', resources: { maxMemMb: 768 }, images: { release: '1.2.0' } });
    await nothingDiffers(t, world, is);
    await applyService(operation(), redis);
  });

  await t.test('what can never be changed is refused at once, old and new, before anything is written', async (t) => {
    const versions = await versionsOf(world);
    const other = redisIn(settings, {
      image: 'redis:9',
      staticIp: false,
      configFiles: [],
      zones: ['us-east-1b', 'us-east-1c'],
      domain: 'other.example.com',
      dataVolume: redis.dataVolume && { ...redis.dataVolume, sizeGb: 40 },
      journalVolume: undefined,
    });
    const error = (await rejectionOf(applyService(operation(), other))) as FirecampError;
    t.equal(error.code, 'FC-SVC-005');
    t.strictSame(error.fields['changes'], [
      'dataVolume.sizeGb: 20 before, 40 now',
      'journalVolume: {"mountPath":"/journal","volumeType":"gp3","sizeGb":10,"encrypted":true} before, none now',
      'staticIp: true before, false now',
      'domain: "demo-firecamp.com" before, "other.example.com" now',
      'zones: without us-east-1a now, where redis-0 is',
    ]);
    t.match(await rejectionOf(diffService(operation(), other)), { code: 'FC-SVC-005' });
    t.strictSame(await versionsOf(world), versions);
  });

  await t.test(
    'what Kubernetes refuses, as what somebody else has changed, does not get into the records either',
    async (t) => {
      await kubectlSetsGrace(world, 61);
      const versions = await versionsOf(world);
      const error = await rejectionOf(applyService(operation(), redisIn(settings, { image: 'redis:9' })));
      t.match(error, { code: 'FC-K8S-007', message: /kubectl.*terminationGracePeriodSeconds/ });
      t.strictSame(await versionsOf(world), versions);
      await kubectlSetsGrace(world, 60);
    },
  );

  await t.test('no definition gets into the records that could not be read again', async (t) => {
    const bad = redisIn(settings, { env: { 'A B': 'x' }, replicas: 0 });
    const error = (await rejectionOf(applyService(operation(), bad))) as FirecampError;
    t.equal(error.code, 'FC-CFG-001');
    t.equal((error.fields['faults'] as string[]).length, 2);
  });

  await t.test('apply with more members, other config files and another image, then with fewer', async (t) => {
    const [conf, members] = redis.configFiles;
    if (conf === undefined || members === undefined) throw new Error('the sample has two config files');
    const more = redisIn(settings, {
      replicas: 4,
      image: 'redis:8.6',
      kubernetesCluster: 'eks-prod',
      configFiles: [{ ...conf, content: 'port 7000\n' }, members],
    });
    const { changes: grown } = await applyService(operation(), more);
    t.ok(grown.some(({ detail }) => detail === 'kubernetesCluster: demo → eks-prod, in the tags of new volumes only'));
    await nothingDiffers(t, world, more);
    const volumes = await world.ports.volumes.findByTags({ 'firecamp-cluster': 'demo' }, { signal });
    t.strictSame(
      [0, 3].map((n) => csiNames(volumes.filter(({ tags }) => tags['firecamp-member'] === `redis-${n}`))),
      [
        ['demo', 'demo'],
        ['eks-prod', 'eks-prod'],
      ],
      'volumes that were there keep their tags',
    );
    const view = await getService(operation(), 'redis');
    t.equal(view.members.size, 4);
    const { serviceUuid } = view.service.record;
    const contents = await Promise.all(
      (view.attr?.record.configs ?? []).map(async ({ fileId }) => {
        const { record } = await world.ports.store.get('configFile', { serviceUuid, fileId }, { signal });
        return `${record.fileName} ${record.content}`;
      }),
    );
    t.match(contents.sort(), [/^members redis-0 .*\nredis-1 .*\nredis-2 .*\nredis-3 /, 'redis.conf port 7000\n']);
    const { changes } = await applyService(operation(), redis);
    t.match(
      changes.find(({ kind }) => kind === 'StatefulSet'),
      { action: 'update', detail: /replicas: 4 → 3/ },
    );
    t.equal((await getService(operation(), 'redis')).members.size, 4, 'records of the member are kept for later');
    await nothingDiffers(t, world, redis);
  });

  await t.test('names go from Route 53 when they are not wanted any more, and come back', async (t) => {
    const zone = (await getService(operation(), 'redis')).attr?.record.hostedZoneId ?? '';
    const find = () => world.ports.names.find(zone, 'redis-1.demo-firecamp.com', { signal });
    t.not(await find(), undefined);
    const { changes } = await updateService(operation(), 'redis', { registerDns: false });
    t.equal(await find(), undefined);
    t.ok(
      changes.some(
        ({ action, kind, name }) => `${action} ${kind} ${name}` === 'delete DNS record redis-1.demo-firecamp.com',
      ),
    );
    await updateService(operation(), 'redis', { registerDns: true });
    t.match(await find(), { values: ['10.0.24.0'] });
  });

  await t.test('a stopped service is changed and stays stopped', async (t) => {
    // Nobody counts the pods here, so that a stop would wait for ever.
    const ref = { kind: kinds.StatefulSet, namespace: world.namespace, name: 'redis' };
    await updateObject(operation(), ref, (set) => withReplicas(set, 0));
    const is = redisIn(settings, { image: 'redis:8.7' });
    await applyService(operation(), is);
    await updateService(operation(), 'redis', { maxCpuUnits: 500 });
    t.equal(numberAt(await live(world, 'StatefulSet'), 'spec', 'replicas'), 0);
    await nothingDiffers(t, world, { ...is, resources: { ...is.resources, maxCpuUnits: 500 } });
    await startService(operation(), 'redis');
    t.equal(numberAt(await live(world, 'StatefulSet'), 'spec', 'replicas'), 3);
  });

  await t.test('a Service that nobody wants any more goes, and no other object', async (t) => {
    const none = {
      dataVolume: undefined,
      journalVolume: undefined,
      configFiles: [],
      staticIp: false,
      registerDns: false,
    };
    const front = redisIn(settings, { ...none, name: 'front', type: 'stateless' });
    await applyService(operation(), front);
    const labels = {
      'app.kubernetes.io/managed-by': 'firecamp',
      'app.kubernetes.io/part-of': settings.cluster,
      'firecamp-taskservice': 'front',
    };
    const pod = { restartPolicy: 'Never', containers: [{ name: 'task', image: 'redis:8.2' }] };
    const task = { metadata: { name: 'front-init', labels }, spec: { template: { spec: pod } } };
    await api.admin('POST', `/apis/batch/v1/namespaces/${settings.namespace}/jobs`, task);
    const closed = { ...front, ports: [] };
    const planned = await applyService(operation({ dryRun: 'server' }), closed);
    t.match(
      planned.changes.find(({ kind }) => kind === 'Service'),
      { action: 'delete', name: 'front' },
    );
    const { changes } = await applyService(operation(), closed);
    t.strictSame(
      notKept(changes)
        .map(({ action, kind, name }) => `${action} ${kind} ${name}`)
        .sort(),
      ['delete Service front', 'update record attributes of front'],
    );
    await nothingDiffers(t, world, closed);
    await nothingDiffers(t, world, await definitionOf(world));
  });

  await t.test('a creation that was cut off is finished as what is asked for now', async (t) => {
    const { attr } = await getService(operation(), 'redis');
    if (attr === undefined) throw new Error('redis has attributes');
    await world.ports.store.update('serviceAttr', attr, { ...attr.record, status: 'INITIALIZING' }, { signal });
    const ref = { kind: kinds.StatefulSet, namespace: world.namespace, name: 'redis' };
    await world.ports.kube.delete(ref, { signal, propagationPolicy: 'Background' });
    const { changes } = await applyService(operation(), redisIn(settings, { image: 'redis:8.9' }));
    t.match(
      changes.find(({ kind }) => kind === 'StatefulSet'),
      { action: 'create' },
    );
    t.equal((await getService(operation(), 'redis')).attr?.record.status, 'ACTIVE');
    t.match(await definitionOf(world), { image: 'redis:8.9' });
  });

  await t.test('neither a service that is not there nor one that is being deleted is changed', async (t) => {
    t.match(await rejectionOf(updateService(operation(), 'nobody', { maxMemMb: 1 })), { code: 'FC-SVC-002' });
    const { attr } = await getService(operation(), 'redis');
    if (attr === undefined) throw new Error('redis has attributes');
    await world.ports.store.update('serviceAttr', attr, { ...attr.record, status: 'DELETING' }, { signal });
    for (const refused of [
      () => updateService(operation(), 'redis', { maxMemMb: 1 }),
      () => applyService(operation(), redis),
      () => diffService(operation(), redis),
    ]) {
      t.match(await rejectionOf(refused()), { code: 'FC-SVC-003' });
    }
  });
});

function notKept(changes: readonly Change[]): Change[] {
  return changes.filter(({ action }) => action !== 'keep');
}

async function definitionOf({ operation }: OrchestratorWorld) {
  return await readDefinition(operation(), await getService(operation(), 'redis'));
}

async function nothingDiffers(
  t: { strictSame(found: unknown, wanted: unknown, message: string): void },
  { operation }: OrchestratorWorld,
  definition: Parameters<typeof diffService>[1],
): Promise<void> {
  const differences = await diffService(operation(), definition);
  const others = differences.filter(({ action }) => action !== 'none');
  t.strictSame(others, [], 'a diff is empty');
}

async function live({ ports, namespace }: OrchestratorWorld, kind: 'StatefulSet' | 'Service') {
  return await ports.kube.get({ kind: kinds[kind], namespace, name: 'redis' }, { signal });
}

/** As somebody does it by hand. */
async function kubectlSetsGrace({ kube, namespace }: OrchestratorWorld, seconds: number): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/redis`;
  const set = (await kube.admin('GET', path)) as { spec: { template: { spec: object } } };
  const { template } = set.spec;
  const changed = { ...template, spec: { ...template.spec, terminationGracePeriodSeconds: seconds } };
  await kube.admin('PUT', `${path}?fieldManager=kubectl`, { ...set, spec: { ...set.spec, template: changed } });
}

/** Of every object of the service and of its records, which are ConfigMaps: when any of them is written, it changes. */
async function versionsOf({ ports, namespace }: OrchestratorWorld): Promise<string[]> {
  const lists = await Promise.all(
    [kinds.ConfigMap, kinds.Service, kinds.EndpointSlice, kinds.StatefulSet, kinds.PersistentVolumeClaim].map(
      async (kind) => (await ports.kube.list(kind, { namespace }, { signal })).items,
    ),
  );
  return lists.flat().map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.resourceVersion}`);
}

function csiNames(volumes: readonly Volume[]) {
  return volumes.map(({ tags }) => tags['ebs.csi.aws.com/cluster-name']);
}
