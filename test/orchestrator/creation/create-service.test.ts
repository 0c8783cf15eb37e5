import { test } from 'tap';
import { isOwnZone } from '../../../common/domain/zone-owner.ts';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { readDefinition } from '../../../orchestrator/records/read-definition.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { addFleet, apiOnly, type OrchestratorWorld, orchestratorWorld } from '../world.ts';
import { redisIn } from './sample-definition.ts';

const signal = new AbortController().signal;

async function contentOf({ ports }: OrchestratorWorld, serviceUuid: string, fileId: string | undefined) {
  const { record } = await ports.store.get('configFile', { serviceUuid, fileId: fileId ?? '' }, { signal });
  return { name: record.fileName, mode: record.fileMode, content: record.content };
}

test('creates a service with everything that its members have, and accepts it when it is there', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await apiOnly(t);
  const world = await orchestratorWorld(t, api);
  await addFleet(api, world.account);
  const { ports, settings } = world;
  const definition = redisIn(settings);
  const { changes } = await createService(world.operation(), definition);

  const view = await getService(world.operation(), 'redis');
  const { serviceUuid } = view.service.record;
  const attr = view.attr?.record;
  t.match(attr, { status: 'ACTIVE', replicas: 3, requireStaticIp: true, namespace: settings.namespace });
  t.match(attr?.volumes, { primaryDeviceName: '/dev/xvdf', journalDeviceName: '/dev/xvdg' });
  t.strictSame(await readDefinition(world.operation(), view), definition);

  const members = [...view.members.values()].map(({ record }) => record);
  t.match(members, [
    { memberName: 'redis-0', zone: 'us-east-1a', staticIp: '10.0.8.0', status: 'ACTIVE' },
    { memberName: 'redis-1', zone: 'us-east-1b', staticIp: '10.0.24.0' },
    { memberName: 'redis-2', zone: 'us-east-1c', staticIp: '10.0.40.0' },
  ]);
  for (const { memberName, staticIp, zone, volumes, configs } of members) {
    const address = await ports.store.get('staticIp', { ip: staticIp }, { signal });
    t.match(address.record, { serviceUuid, zone, owner: undefined }, memberName);
    const found = await ports.volumes.describe([volumes.primaryVolumeId, volumes.journalVolumeId], { signal });
    t.strictSame(
      found.map((volume) => [volume.zone, volume.sizeGb, volume.tags['Name']]).sort(),
      [
        [zone, 10, `demo-${memberName}-journal`],
        [zone, 20, `demo-${memberName}`],
      ],
      memberName,
    );
    t.strictSame(await contentOf(world, serviceUuid, configs[0]?.fileId), {
      name: 'redis.conf',
      mode: 0o644,
      content: `bind ${staticIp}\nport 6379\n`,
    });
    t.equal(configs.length, 1, 'what is the same for all members stands in the attributes');
    const name = await ports.names.find(attr?.hostedZoneId ?? '', `${memberName}.demo-firecamp.com`, { signal });
    t.match(name, { ttlSeconds: 5, values: [staticIp] });
  }
  t.strictSame(await contentOf(world, serviceUuid, attr?.configs[0]?.fileId), {
    name: 'members',
    mode: 0o600,
    content: 'redis-0 10.0.8.0\nredis-1 10.0.24.0\nredis-2 10.0.40.0\n',
  });
  const marks = await ports.zones.marks(attr?.hostedZoneId ?? '', { signal });
  const system = await api.admin('GET', '/api/v1/namespaces/kube-system');
  const { uid: clusterUid } = (system as { metadata: { uid: string } }).metadata;
  t.ok(marks !== 'gone' && isOwnZone(marks, { cluster: 'demo', clusterUid }));
  t.strictSame(
    changes.filter(({ kind }) => kind === 'StatefulSet' || kind === 'address'),
    [
      { action: 'create', kind: 'address', name: '10.0.8.0' },
      { action: 'create', kind: 'address', name: '10.0.24.0' },
      { action: 'create', kind: 'address', name: '10.0.40.0' },
      { action: 'create', kind: 'StatefulSet', name: 'redis' },
    ],
  );

  const again = await createService(world.operation(), definition);
  t.strictSame([...new Set(again.changes.map(({ action }) => action))], ['keep'], 'a second create changes nothing');
  t.strictSame((await getService(world.operation(), 'redis')).attr, view.attr);

  const other = { ...definition, replicas: 4, image: 'redis:9', env: { PASSWORD: 'x' } };
  await t.rejects(createService(world.operation(), other), {
    code: 'FC-SVC-001',
    fields: {
      differences: [
        'replicas: 3 before, 4 now',
        'image: "redis:8.2" before, "redis:9" now',
        'env.PASSWORD: not there before',
      ],
    },
  });
});
