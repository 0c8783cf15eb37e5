import { test } from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { deleteService } from '../../../orchestrator/removal/delete-service.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { eventually } from '../eventually.ts';
import { everyObject, wholeAccount } from '../removal/everything.ts';
import { addFleet, orchestratorWorld, wholeCluster } from '../world.ts';
import { dyingAfterWrite } from './dying-ports.ts';
import { redisIn } from './sample-definition.ts';

test('of a creation that was cut off after any of its writes a deletion leaves nothing', async (t) => {
  if (!(await needs(t, 'kube-cluster', 'kwok'))) return;
  t.setTimeout(900_000);
  const kube = await wholeCluster(t);
  const world = await orchestratorWorld(t, kube);
  await addFleet(kube, world.account);
  const definition = redisIn(world.settings, {
    ...{ replicas: 2, zones: ['us-east-1a', 'us-east-1b'], terminationGracePeriodSeconds: 1 },
  });
  // Controllers give every namespace two objects of its own.
  const empty = await eventually(async () => {
    const objects = await everyObject(world);
    if (!/configmaps kube-root-ca.*serviceaccounts default/.test(objects.join(' '))) throw new Error('not yet');
    return objects;
  });
  const before = { account: wholeAccount(world), objects: empty };
  let deadly = 1;
  for (; deadly < 100; deadly++) {
    const dying = dyingAfterWrite(world.ports, deadly);
    const run = createService(world.operation({ ports: dying.ports }), definition);
    const end = await run.catch((error: unknown) => error);
    // Requests beside the deadly one may still be on their way; a deletion comes later.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await deleteService(world.operation(), 'redis', { deleteVolumes: true });
    await eventually(async () => {
      const after = { account: wholeAccount(world), objects: await everyObject(world) };
      if (JSON.stringify(after) !== JSON.stringify(before)) {
        const more = after.objects.filter((line) => !before.objects.includes(line));
        throw new Error(`left after write ${deadly}: ${more.join(', ')} ${JSON.stringify(after.account)}`);
      }
    });
    if (!dying.died()) {
      t.match(end, { changes: Array });
      break;
    }
  }
  t.ok(deadly > 20, `it was cut off ${deadly - 1} times`);
});
