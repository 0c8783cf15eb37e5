import { test } from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { scaleService } from '../../../orchestrator/creation/scale-service.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';
import { redisIn } from './sample-definition.ts';

test('while a zone of the service is lost it grows in the others, and nothing is made for the lost one', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const kube = await apiOnly(t);
  const { account, operation, settings, cloud } = await orchestratorWorld(t, kube, { nodesPerZone: 1 });
  await addFleet(kube, account);
  const definition = redisIn(settings);
  await createService(operation(), definition);
  await kube.admin('DELETE', '/api/v1/nodes/ip-10-0-32-10.ec2.internal');
  t.ok((await createService(operation(), definition)).changes.every(({ action }) => action === 'keep'));
  const before = cloud.calls.of('ec2', 'CreateVolume').length;
  t.match(await rejectionOf(scaleService(operation(), 'redis', 6)), {
    code: 'FC-NET-001',
    message: 'Zone us-east-1c has no usable node: it has none.',
  });
  t.equal(cloud.calls.of('ec2', 'CreateVolume').length, before);
  await scaleService(operation(), 'redis', 5);
  const { members } = await getService(operation(), 'redis');
  t.same(
    [...members.values()].map(({ record }) => record.zone),
    ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1a', 'us-east-1b'],
  );
});
