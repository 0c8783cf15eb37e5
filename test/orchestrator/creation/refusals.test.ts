import { test } from 'tap';
import type { FirecampError } from '../../../common/domain/errors.ts';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { scaleService } from '../../../orchestrator/creation/scale-service.ts';
import { readClusterUid } from '../../../orchestrator/network/read-cluster-network.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { everyObject, wholeAccount } from '../removal/everything.ts';
import { addFleet, apiOnly, type OrchestratorWorld, orchestratorWorld } from '../world.ts';
import { redisIn } from './sample-definition.ts';

const signal = new AbortController().signal;

async function everything(world: OrchestratorWorld) {
  return { account: wholeAccount(world), objects: await everyObject(world) };
}

test('a creation that cannot end well', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  t.setTimeout(300_000);
  const api = await apiOnly(t);
  const first = await orchestratorWorld(t, api);
  await addFleet(api, first.account);

  await t.test('leaves nothing when the zones have too few addresses, no node or no reservation', async (t) => {
    // 16 addresses a zone.
    const world = await orchestratorWorld(t, api, { reservationLength: 28 });
    const before = await everything(world);
    const many = redisIn(world.settings, { replicas: 50, zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'] });
    await t.rejects(createService(world.operation(), many), {
      code: 'FC-NET-004',
      message: /us-east-1a needs 17 addresses, has 16 free .*lacks 1\n.*us-east-1b needs 17/,
    });
    await t.rejects(
      createService(world.operation(), redisIn(world.settings, { zones: ['us-east-1a', 'us-east-1f'] })),
      {
        code: 'FC-NET-001',
        message: /us-east-1f has no usable node/,
      },
    );
    t.strictSame(await everything(world), before);
  });

  await t.test('leaves nothing when an object of one of its names is somebody else’s', async (t) => {
    const world = await orchestratorWorld(t, api);
    const path = `/api/v1/namespaces/${world.namespace}`;
    const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    for (const [plural, name, spec] of [
      ['services', 'taken', { ports: [{ port: 1 }] }],
      ['persistentvolumeclaims', 'taken-data-taken-2', claim],
    ] as const) {
      await api.admin('POST', `${path}/${plural}`, { metadata: { name }, spec });
    }
    const before = await everything(world);
    await t.rejects(createService(world.operation(), redisIn(world.settings, { name: 'taken' })), {
      code: 'FC-K8S-005',
      message: /Service taken .*PersistentVolumeClaim taken-data-taken-2 /,
    });
    t.strictSame(await everything(world), before);
  });

  await t.test('is told by a dry run, which changes nothing', async (t) => {
    const world = await orchestratorWorld(t, api);
    const before = await everything(world);
    for (const dryRun of ['client', 'server'] as const) {
      const { changes } = await createService(world.operation({ dryRun }), redisIn(world.settings, { name: 'dry' }));
      const names = changes.filter(({ kind }) => kind === 'address' || kind === 'DNS record').map(({ name }) => name);
      t.strictSame(names.slice(0, 2), ['10.0.8.0', 'dry-0.demo-firecamp.com']);
      t.match(changes.at(-1), { action: 'create', kind: 'StatefulSet', name: 'dry' });
      t.ok(changes.some(({ kind, name }) => kind === 'hosted zone' && name === 'demo-firecamp.com'));
    }
    t.strictSame(await everything(world), before);
  });

  await t.test(
    'of two services that want the last addresses one gets them, and no address is given twice',
    async (t) => {
      const world = await orchestratorWorld(t, api, { reservationLength: 28 });
      const zones = ['us-east-1a'];
      const wishes = [
        redisIn(world.settings, { name: 'last-a', zones, replicas: 9 }),
        redisIn(world.settings, { name: 'last-b', zones, replicas: 8 }),
      ];
      const ends = await Promise.allSettled(wishes.map((wish) => createService(world.operation(), wish)));
      const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as FirecampError] : []));
      t.match(refused, [{ code: 'FC-NET-004' }]);
      const [winner] = ends.flatMap((end, index) => (end.status === 'fulfilled' ? [wishes[index]?.name ?? ''] : []));
      const view = await getService(world.operation(), winner ?? '');
      const { serviceUuid } = view.service.record;
      const ips = [...view.members.values()].map(({ record }) => record.staticIp);
      t.equal(new Set(ips).size, ips.length);
      const records = await world.ports.store.addressRecords(serviceUuid, ips, { signal });
      t.ok(ips.every((ip) => records.get(ip)?.record.serviceUuid === serviceUuid));
    },
  );

  await t.test('refuses a name that another value has, and names it', async (t) => {
    const world = await orchestratorWorld(t, api);
    const clusterUid = await readClusterUid(world.operation());
    const [vpc] = world.account.vpcs;
    const zone = await world.ports.zones.create(
      { name: 'demo-firecamp.com', vpcId: vpc?.id ?? '', callerReference: clusterUid, comment: '', tags: {} },
      { signal },
    );
    const next = { name: 'named-1.demo-firecamp.com', ttlSeconds: 300, values: ['192.0.2.1'] };
    await world.ports.zones.change(zone.id, [{ current: undefined, next }], { signal });
    await t.rejects(createService(world.operation(), redisIn(world.settings, { name: 'named' })), {
      code: 'FC-DNS-002',
      message: /named-1\.demo-firecamp\.com has 192\.0\.2\.1/,
    });
    await world.ports.zones.change(zone.id, [{ current: next, next: undefined }], { signal });
    await createService(world.operation(), redisIn(world.settings, { name: 'named' }));
    const found = await world.ports.names.find(zone.id, 'named-1.demo-firecamp.com', { signal });
    t.strictSame(found?.values, ['10.0.24.0'], 'once it is free the creation goes on');
  });

  await t.test('does not put an empty volume in the place of one that is lost', async (t) => {
    const world = await orchestratorWorld(t, api);
    const definition = redisIn(world.settings, { name: 'lossy' });
    await createService(world.operation(), definition);
    const { members } = await getService(world.operation(), 'lossy');
    const { primaryVolumeId = '' } = members.get(1)?.record.volumes ?? {};
    await world.ports.volumes.delete(primaryVolumeId, { signal });
    await t.rejects(createService(world.operation(), definition), {
      code: 'FC-VOL-001',
      message: new RegExp(`${primaryVolumeId}, the data volume of lossy-1, does not exist`),
    });
  });

  await t.test('refuses a service that is being deleted, and names that could have no pod', async (t) => {
    const world = await orchestratorWorld(t, api);
    const definition = redisIn(world.settings, { name: 'going' });
    await createService(world.operation(), definition);
    const { attr } = await getService(world.operation(), 'going');
    if (attr === undefined) throw new Error('it has no attributes');
    await world.ports.store.update('serviceAttr', attr, { ...attr.record, status: 'DELETING' }, { signal });
    await t.rejects(createService(world.operation(), definition), { code: 'FC-SVC-003' });
    await t.rejects(scaleService(world.operation(), 'going', 5), { code: 'FC-SVC-003' });
    await t.rejects(createService(world.operation(), { ...definition, name: 'n'.repeat(53) }), { code: 'FC-CFG-002' });
    await t.rejects(createService(world.operation(), { ...definition, cluster: 'other' }), { code: 'FC-CFG-001' });
    for (const count of [0, -1, 1.5, 1001]) {
      await t.rejects(scaleService(world.operation(), 'going', count), { code: 'FC-CFG-001' });
    }
  });

  await t.test(
    'refuses a definition that no service file could hold, with every fault, and writes nothing',
    async (t) => {
      const world = await orchestratorWorld(t, api);
      const before = await everything(world);
      const wrong = redisIn(world.settings, { replicas: 0, dataVolume: undefined, image: 'redis 8' });
      const message =
        /^The definition of the service redis has \d faults; nothing was changed:(?=.* image: )(?=.* journalVolume: )(?=.* replicas: )/s;
      for (const dryRun of ['none', 'client'] as const) {
        await t.rejects(createService(world.operation({ dryRun }), wrong), { code: 'FC-CFG-001', message });
      }
      t.strictSame(await everything(world), before);
    },
  );
});
