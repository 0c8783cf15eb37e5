import { test } from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { type BadDay, kubeFront } from '../kube-front.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';
import { endState } from './end-state.ts';
import { redisIn } from './sample-definition.ts';

const days: readonly BadDay[] = [
  { status: 500 },
  { status: 429, retryAfter: 1 },
  'lose the answer',
  { status: 500 },
  'lose the answer',
];

test('a creation on a bad day comes to the same end as on a good one', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  t.setTimeout(300_000);
  const api = await apiOnly(t);
  const good = await orchestratorWorld(t, api);
  await addFleet(api, good.account);
  await createService(good.operation(), redisIn(good.settings, { name: 'calm' }));
  const expected = await endState(good, 'calm');

  await t.test(
    'when the API server fails, throttles or loses its answer to each thing that is asked first',
    async (t) => {
      let turn = 0;
      const front = await kubeFront(t, api, ({ count, url }) => {
        // The tests' own requests ask for whole collections.
        const isOurs = !/\/(namespaces|configmaps|nodes)$/.test(url.pathname);
        return isOurs && count === 1 ? days[turn++ % days.length] : undefined;
      });
      const world = await orchestratorWorld(t, front.api);
      await createService(world.operation(), redisIn(world.settings, { name: 'throttled' }));
      t.ok(turn > 40, `${turn} requests had a bad day`);
      t.strictSame(await endState(world, 'throttled'), expected);
    },
  );

  await t.test('when EC2 and Route 53 throttle, fail and lose answers', async (t) => {
    const world = await orchestratorWorld(t, api);
    const { faults } = world.cloud;
    const rules = [
      faults.add({ operation: /^Describe/, times: 3 }, { kind: 'throttle' }),
      faults.add({ operation: 'CreateVolume', times: 3 }, { kind: 'lose-reply' }),
      faults.add({ operation: 'CreateVolume', times: 2, skip: 3 }, { kind: 'throttle' }),
      faults.add({ operation: 'CreateHostedZone', times: 1 }, { kind: 'lose-reply' }),
      faults.add({ operation: 'ChangeResourceRecordSets', times: 1 }, { kind: 'throttle' }),
      faults.add({ operation: 'ChangeResourceRecordSets', times: 1, skip: 1 }, { kind: 'lose-reply' }),
    ];
    await createService(world.operation(), redisIn(world.settings, { name: 'aws-x' }));
    t.ok(rules.every(({ hits }) => hits > 0));
    t.strictSame(await endState(world, 'aws-x'), expected);
  });
});
