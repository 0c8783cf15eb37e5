import { test } from 'tap';
import { diffService } from '../../../orchestrator/change/diff-service.ts';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { scaleService } from '../../../orchestrator/creation/scale-service.ts';
import { runDoctor } from '../../../orchestrator/doctor/run-doctor.ts';
import { rolePolicy } from '../../../orchestrator/install/iam/role-policy.ts';
import { install } from '../../../orchestrator/install/install.ts';
import { managerServiceAccount } from '../../../orchestrator/install/install-objects.ts';
import { createReservation } from '../../../orchestrator/network/create-reservation.ts';
import { deleteReservation } from '../../../orchestrator/network/delete-reservation.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import { deleteService } from '../../../orchestrator/removal/delete-service.ts';
import { getServiceStatus } from '../../../orchestrator/status/get-service-status.ts';
import { startDynamoDbLocal } from '../../../scripts/rig/dynamodb-local.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { defaultPrincipal } from '../../cloud/topology.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { fleetTopology, fleetVpc } from '../fleet-topology.ts';
import { claimAddress } from '../removal/claimed.ts';
import { everyObject } from '../removal/everything.ts';
import { addFleet, orchestratorWorld, ownTags, wholeCluster } from '../world.ts';
import { guardDynamoDb } from './guarded-dynamodb.ts';

const policy = rolePolicy('manager', {
  ...{ partition: 'aws', region: 'us-east-1', account: '111122223333', cluster: 'demo', dbType: 'clouddb' },
  ...{ domain: 'demo-firecamp.com', hostedZone: undefined, vpc: fleetVpc },
});

test('under the manager’s role and service account everything works, and all of the role is used', async (t) => {
  if (!(await needs(t, 'kube-cluster', 'kwok', 'dynamodb-local'))) return;
  t.setTimeout(180_000);
  const database = await startDynamoDbLocal();
  t.teardown(() => database.stop());
  const tableArn = (table: string) => `arn:aws:dynamodb:us-east-1:111122223333:table/${table}`;
  const guarded = await guardDynamoDb(database.url, policy, tableArn);
  t.teardown(() => guarded[Symbol.asyncDispose]());
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = guarded.url;

  const kube = await wholeCluster(t);
  const admin = await orchestratorWorld(t, kube, { dbType: 'clouddb' });
  const { namespace, settings } = admin;
  const roles = { memberRoleArn: undefined, managerRoleArn: undefined };
  await install(admin.operation(), { namespace, dbType: 'clouddb', ...roles });
  // A controller puts a ConfigMap of its own into each namespace, at its own time.
  const objects = async () => (await everyObject(admin)).filter((line) => !line.startsWith('configmaps kube-root'));
  const installed = await objects();
  const token = await kube.serviceAccountToken(namespace, managerServiceAccount);
  const arn = 'arn:aws:sts::111122223333:assumed-role/firecamp-manager/session';
  const reservationTags = await ownTags(kube, settings);
  const topology = fleetTopology({
    ...{ cluster: 'demo', reservationTags },
    parts: { principals: [{ ...defaultPrincipal, arn, policy }] },
  });
  const world = await orchestratorWorld(t, kube, { dbType: 'clouddb', namespace, token, topology });
  await addFleet(kube, world.account);
  const { cloud } = world;
  const redis = redisIn(settings, { terminationGracePeriodSeconds: 1 });

  const made = await createReservation(world.operation(), { zone: 'us-east-1a', addresses: 16 });
  await deleteReservation(world.operation(), made.id ?? '');
  await createService(world.operation(), redis);
  await scaleService(world.operation(), 'redis', 4);
  t.strictSame(
    (await diffService(world.operation(), { ...redis, replicas: 4 })).filter(({ action }) => action !== 'none'),
    [],
  );
  const { members } = await getService(world.operation(), 'redis');
  for (const { record } of members.values()) {
    const found = cloud.ec2.interfaces().find((one) => one.zone === record.zone);
    await claimAddress(world, record.staticIp, found?.id ?? '');
  }
  const status = await getServiceStatus(world.operation(), 'redis');
  t.equal(status.members.length, 4);
  const reports = await runDoctor(world.operation(), { service: { ...redis, name: 'planned' } });
  const access = reports.find(({ id }) => id === 'FC-CHK-002');
  t.equal(access?.result, 'pass', 'the service account may do all that doctor asks about');
  await scaleService(world.operation(), 'redis', 3, { release: true, deleteVolumes: true });
  await deleteService(world.operation(), 'redis', { deleteVolumes: true });
  t.strictSame(await objects(), installed, 'what is installed outlives the last service');

  const denied = cloud.calls.all((call) => call.status === 403).map(({ operation }) => operation);
  t.strictSame(denied, [], 'AWS refuses nothing');
  t.strictSame(guarded.refused, [], 'nor does DynamoDB');
  const used = new Set(guarded.used);
  for (const { service, operation, implied = [] } of cloud.calls.all()) {
    used.add(`${service}:${operation}`);
    for (const action of implied) used.add(action);
  }
  const listed = policy.Statement.flatMap(({ Action }) => Action);
  t.strictSame(
    listed.filter((action) => !used.has(action)),
    [],
    'there is no action that nothing uses',
  );
});
