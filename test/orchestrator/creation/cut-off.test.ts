import { test } from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { addFleet, apiOnly, type OrchestratorWorld, orchestratorWorld } from '../world.ts';
import { dyingAfterWrite } from './dying-ports.ts';
import { endState } from './end-state.ts';
import { redisIn } from './sample-definition.ts';

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
});
