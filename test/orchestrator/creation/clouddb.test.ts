import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { test } from 'tap';
import { applyService } from '../../../orchestrator/change/apply-service.ts';
import { diffService } from '../../../orchestrator/change/diff-service.ts';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { scaleService } from '../../../orchestrator/creation/scale-service.ts';
import { readDefinition } from '../../../orchestrator/records/read-definition.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import { startDynamoDbLocal } from '../../../scripts/rig/dynamodb-local.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { dynamoDbAt } from '../../common/store/clouddb/dynamodb-at.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';
import { redisIn } from './sample-definition.ts';

const signal = new AbortController().signal;

test('keeps the records of services in DynamoDB', async (t) => {
  if (!(await needs(t, 'kube-apiserver', 'dynamodb-local'))) return;
  t.setTimeout(300_000);
  const database = await startDynamoDbLocal();
  t.teardown(() => database.stop());
  const { raw } = dynamoDbAt(t, database.url);
  const api = await apiOnly(t);
  const world = await orchestratorWorld(t, api, { dbType: 'clouddb' });
  await addFleet(api, world.account);
  const definition = redisIn(world.settings);

  await t.test('makes the table of the records with the first service of a cluster', async (t) => {
    const tables = async () => (await raw.send(new ListTablesCommand({}))).TableNames;
    const stateless = redisIn(world.settings, { name: 'first', replicas: 1, zones: ['us-east-1a'] });
    const planned = await createService(world.operation({ dryRun: 'client' }), stateless);
    t.match(planned.changes[0], { action: 'create', kind: 'table' });
    t.strictSame(
      await diffService(world.operation(), stateless)
        .then((all) => all.map(({ action }) => action))
        .then((all) => [...new Set(all)]),
      ['create'],
    );
    t.strictSame(await tables(), [], 'neither a dry run nor a diff makes it');
    const made = await applyService(world.operation(), stateless);
    t.match(made.changes[0], { action: 'create', kind: 'table', name: 'records of cluster demo' });
    t.strictSame(await tables(), ['demo-firecamp-table']);
  });

  await t.test('makes more members than one transaction holds, and scales them', async (t) => {
    const many = { ...definition, name: 'many', replicas: 104, dataVolume: undefined, journalVolume: undefined };
    await createService(world.operation(), { ...many, zones: ['us-east-1a'] });
    const view = await getService(world.operation(), 'many');
    t.strictSame(await readDefinition(world.operation(), view), { ...many, zones: ['us-east-1a'] });
    const records = [...view.members.values()].map(({ record }) => record);
    t.equal(new Set(records.map(({ staticIp }) => staticIp)).size, 104);
    const { record } = await world.ports.store.get(
      'configFile',
      { serviceUuid: view.service.record.serviceUuid, fileId: records[103]?.configs[0]?.fileId ?? '' },
      { signal },
    );
    t.match(record.content, `bind ${records[103]?.staticIp}\n`);
    await scaleService(world.operation(), 'many', 106);
    t.equal((await getService(world.operation(), 'many')).members.size, 106);
    const { changes } = await createService(world.operation(), { ...many, zones: ['us-east-1a'], replicas: 106 });
    t.strictSame([...new Set(changes.map(({ action }) => action))], ['keep']);
  });

  await t.test('refuses the name of another namespace’s service, which is left as it is', async (t) => {
    await createService(world.operation(), definition);
    const before = await getService(world.operation(), 'redis');
    const other = await orchestratorWorld(t, api, { dbType: 'clouddb' });
    await t.rejects(createService(other.operation(), redisIn(other.settings)), {
      code: 'FC-REC-008',
      message: new RegExp(`belongs to namespace ${world.namespace}, not to ${other.namespace}`),
    });
    await t.rejects(scaleService(other.operation(), 'redis', 5), { code: 'FC-REC-008' });
    t.strictSame((await getService(world.operation(), 'redis')).attr, before.attr);
  });

  await t.test('of two namespaces that create one name at once one gets it', async (t) => {
    const other = await orchestratorWorld(t, api, { dbType: 'clouddb' });
    const ends = await Promise.allSettled(
      [world, other].map((one) => createService(one.operation(), redisIn(one.settings, { name: 'both' }))),
    );
    const codes = ends.map((end) => (end.status === 'rejected' ? Reflect.get(end.reason as object, 'code') : 'made'));
    t.strictSame(codes.sort(), ['FC-REC-008', 'made']);
  });
});
