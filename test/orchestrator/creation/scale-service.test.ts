import { test } from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { scaleService } from '../../../orchestrator/creation/scale-service.ts';
import { stopService } from '../../../orchestrator/presence/stop-service.ts';
import { readDefinition } from '../../../orchestrator/records/read-definition.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { eventually } from '../eventually.ts';
import { everyObject } from '../removal/everything.ts';
import { addFleet, type OrchestratorWorld, orchestratorWorld, wholeCluster } from '../world.ts';
import { dyingAfterWrite } from './dying-ports.ts';
import { redisIn } from './sample-definition.ts';

const signal = new AbortController().signal;

/** Each member's address, volumes and what its config file of all members says. */
async function membersOf(world: OrchestratorWorld) {
  const view = await getService(world.operation(), 'redis');
  const { serviceUuid } = view.service.record;
  const fileId = view.attr?.record.configs.find(({ fileName }) => fileName === 'members')?.fileId ?? '';
  const { record } = await world.ports.store.get('configFile', { serviceUuid, fileId }, { signal });
  const records = [...view.members.values()].map((stored) => stored.record);
  return {
    replicas: view.attr?.record.replicas,
    defined: (await readDefinition(world.operation(), view)).replicas,
    ips: records.map(({ staticIp }) => staticIp),
    volumes: records.map(({ volumes }) => volumes.primaryVolumeId),
    listed: record.content,
  };
}

async function runningPods(world: OrchestratorWorld, count: number): Promise<void> {
  await eventually(async () => {
    const path = `/apis/apps/v1/namespaces/${world.namespace}/statefulsets/redis`;
    const { status } = (await world.kube.admin('GET', path)) as { status: { readyReplicas?: number } };
    if (status.readyReplicas !== count) throw new Error(`${status.readyReplicas} are Ready`);
  });
}

async function endpointsOf(world: OrchestratorWorld): Promise<readonly (readonly string[])[]> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${world.namespace}/endpointslices/redis-members`;
  const slice = (await world.kube.admin('GET', path)) as { endpoints: { addresses: string[] }[] };
  return slice.endpoints.map(({ addresses }) => addresses);
}

test('scales on a whole control plane with played nodes', async (t) => {
  if (!(await needs(t, 'kube-cluster', 'kwok'))) return;
  t.setTimeout(600_000);
  const kube = await wholeCluster(t);
  const world = await orchestratorWorld(t, kube);
  await addFleet(kube, world.account);
  await createService(world.operation(), redisIn(world.settings, { terminationGracePeriodSeconds: 1 }));
  await runningPods(world, 3);
  const three = await membersOf(world);

  await t.test('up: new members get all that members have, and files that name all members name them', async (t) => {
    await scaleService(world.operation(), 'redis', 5);
    const five = await membersOf(world);
    t.match(five, { replicas: 5, defined: 5 });
    t.strictSame(five.ips, [...three.ips, '10.0.8.1', '10.0.24.1']);
    t.strictSame(five.volumes.slice(0, 3), three.volumes, 'the others keep what they have');
    t.equal(five.listed, five.ips.map((ip, ordinal) => `redis-${ordinal} ${ip}\n`).join(''));
    t.strictSame(
      await endpointsOf(world),
      five.ips.map((ip) => [ip]),
    );
    await runningPods(world, 5);
  });

  await t.test('down: pods end first, and what members have is kept for a later scale-up', async (t) => {
    const five = await membersOf(world);
    const { changes } = await scaleService(world.operation(), 'redis', 2);
    t.match(changes[0], { action: 'update', kind: 'StatefulSet', name: 'redis', detail: 'replicas: 5 → 2' });
    t.strictSame(
      changes.filter(({ action, kind }) => action === 'keep' && kind === 'address').map(({ name }) => name),
      ['10.0.24.1', '10.0.8.1', '10.0.40.0'],
    );
    const two = await membersOf(world);
    t.match(two, { replicas: 2, ips: five.ips, volumes: five.volumes });
    t.equal(two.listed, 'redis-0 10.0.8.0\nredis-1 10.0.24.0\n');
    t.strictSame(await endpointsOf(world), [['10.0.8.0'], ['10.0.24.0']]);
    t.notOk((await everyObject(world)).some((line) => line.startsWith('pods redis-2 ')));
    await scaleService(world.operation(), 'redis', 4);
    const four = await membersOf(world);
    t.match(four, { replicas: 4, ips: five.ips, volumes: five.volumes });
    await runningPods(world, 4);
    const view = await getService(world.operation(), 'redis');
    const { serviceUuid } = view.service.record;
    const versions = await world.ports.store.list('configFile', { serviceUuid }, { signal });
    t.strictSame(
      versions
        .filter(({ record }) => /^redis-[0-9a-f]{32}/.test(record.fileId))
        .map(({ record }) => record.fileId.replace(/.*-/, ''))
        .sort(),
      ['2', '3'],
      'of the file of all members the version in use is kept, and the one before it',
    );
    const again = await scaleService(world.operation(), 'redis', 4);
    t.strictSame([...new Set(again.changes.map(({ action }) => action))], ['keep']);
  });

  await t.test('down with release: what was kept goes too, and a run that was cut off is gone on with', async (t) => {
    let runs = 0;
    for (; runs < 100; runs++) {
      const dying = dyingAfterWrite(world.ports);
      const run = scaleService(world.operation({ ports: dying.ports }), 'redis', 1, {
        release: true,
        deleteVolumes: true,
      });
      const failure = await run.then(
        () => undefined,
        (error: unknown) => error,
      );
      if (dying.died()) continue;
      if (failure !== undefined) throw failure;
      break;
    }
    t.ok(runs > 5, `it was cut off ${runs} times`);
    const one = await membersOf(world);
    t.match(one, { replicas: 1, ips: ['10.0.8.0'], listed: 'redis-0 10.0.8.0\n' });
    t.strictSame([...world.cloud.ec2.volumes.values()].length, 2, 'data and journal of the member that stays');
    await scaleService(world.operation(), 'redis', 3);
    t.strictSame((await membersOf(world)).ips, three.ips, 'the addresses were free again');
    await runningPods(world, 3);
  });

  await t.test(
    'a stopped service stays stopped when it is created or scaled to what it has, and starts with another number',
    async (t) => {
      await stopService(world.operation(), 'redis');
      const path = `/apis/apps/v1/namespaces/${world.namespace}/statefulsets/redis`;
      const definition = redisIn(world.settings, { terminationGracePeriodSeconds: 1 });
      const { changes } = await createService(world.operation(), definition);
      t.strictSame([...new Set(changes.map(({ action }) => action))], ['keep']);
      await scaleService(world.operation(), 'redis', 3);
      t.match(await kube.admin('GET', path), { spec: { replicas: 0 } });
      await scaleService(world.operation(), 'redis', 2);
      t.match(await kube.admin('GET', path), { spec: { replicas: 2 } });
      await runningPods(world, 2);
    },
  );
});
