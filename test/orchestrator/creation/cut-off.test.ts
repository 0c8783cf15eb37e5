import { test } from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { newAddress, newMember } from '../../../orchestrator/creation/member-records.ts';
import { ensureServiceRecords } from '../../../orchestrator/creation/service-records.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { addFleet, apiOnly, type OrchestratorWorld, orchestratorWorld } from '../world.ts';
import { dyingAfterWrite } from './dying-ports.ts';
import { endState } from './end-state.ts';
import { redisIn } from './sample-definition.ts';

const signal = new AbortController().signal;

/** Creates the service by runs each of which dies after its first write. */
async function createInPieces(world: OrchestratorWorld, name: string): Promise<number> {
  for (let runs = 1; runs < 300; runs++) {
    const dying = dyingAfterWrite(world.ports);
    const run = createService(world.operation({ ports: dying.ports }), redisIn(world.settings, { name }));
    const failure = await run.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!dying.died()) {
      if (failure !== undefined) throw failure;
      return runs;
    }
  }
  throw new Error('it never ends');
}

test('a creation that is cut off', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  t.setTimeout(0);
  const api = await apiOnly(t);
  const whole = await orchestratorWorld(t, api);
  await addFleet(api, whole.account);
  await createService(whole.operation(), redisIn(whole.settings, { name: 'whole' }));
  const expected = await endState(whole, 'whole');

  await t.test('goes on from each of its writes to the same end as one that was not', async (t) => {
    const world = await orchestratorWorld(t, api);
    const runs = await createInPieces(world, 'cuts');
    t.ok(runs > 20, `it took ${runs} runs`);
    t.strictSame(await endState(world, 'cuts'), expected);
    const { changes } = await createService(world.operation(), redisIn(world.settings, { name: 'cuts' }));
    t.strictSame([...new Set(changes.map(({ action }) => action))], ['keep']);
  });

  await t.test('leaves the same as one alone when two run at once', async (t) => {
    const world = await orchestratorWorld(t, api);
    const definition = redisIn(world.settings, { name: 'twice' });
    const runs = [1, 2, 3].map(() => createService(world.operation(), definition));
    const results = await Promise.all(runs);
    t.strictSame(await endState(world, 'twice'), expected);
    const made = results
      .flatMap(({ changes }) => changes)
      .filter(({ action, kind }) => action === 'create' && kind === 'address');
    t.equal(made.length, 3, 'each address was made by one of them');
    const { attr } = await getService(world.operation(), 'twice');
    t.equal(attr?.record.status, 'ACTIVE');
  });

  await t.test(
    'resolves what others have left: an address of two members, and one that is another service’s',
    async (t) => {
      const world = await orchestratorWorld(t, api);
      const { ports, settings } = world;
      const definition = redisIn(settings, { name: 'mixed', zones: ['us-east-1a'] });
      const { attr } = await ensureServiceRecords(world.operation(), definition, undefined);
      const volumes = { dataVolumeId: '', journalVolumeId: '' };
      for (const ordinal of [0, 1]) {
        const wanted = { ordinal, zone: 'us-east-1a', staticIp: '10.0.8.0', volumes, configs: [] };
        await ports.store.create('member', newMember(attr.record, wanted, 0), { signal });
      }
      await ports.store.create('staticIp', newAddress('0'.repeat(32), '10.0.8.1', 'us-east-1a'), { signal });
      const { changes } = await createService(world.operation(), definition);
      const { members, service } = await getService(world.operation(), 'mixed');
      const ips = [...members.values()].map(({ record }) => record.staticIp);
      t.strictSame(ips, ['10.0.8.0', '10.0.8.2', '10.0.8.3']);
      const { serviceUuid } = service.record;
      const records = await ports.store.addressRecords(serviceUuid, ['10.0.8.1', ...ips], { signal });
      t.strictSame(
        [...records]
          .filter(([, { record }]) => record.serviceUuid === serviceUuid)
          .map(([ip]) => ip)
          .sort(),
        [...ips].sort(),
      );
      const file = members.get(1)?.record.configs[0]?.fileId ?? '';
      const { record } = await ports.store.get('configFile', { serviceUuid, fileId: file }, { signal });
      t.match(record.content, 'bind 10.0.8.2\n');
      t.equal(changes.filter(({ kind }) => kind === 'address').length, 3);
    },
  );
});
