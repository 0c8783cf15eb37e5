import { type AttributeValue, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { test } from 'tap';
import { systemClock } from '../../../../common/runtime/system-clock.ts';
import { DynamoDbBatchTable } from '../../../../common/store/clouddb/dynamodb-batch-table.ts';
import { dynamoDbRecordStore } from '../../../../common/store/clouddb/open.ts';
import { TableBatchStore } from '../../../../common/store/table-batch-store.ts';
import { startDynamoDbLocal } from '../../../../scripts/rig/dynamodb-local.ts';
import { needs } from '../../../../scripts/rig/requirements.ts';
import { recordBatchesContract } from '../../../contract/record-batches-contract.ts';
import { recordStoreContract } from '../../../contract/record-store-contract.ts';
import { samples } from '../../../contract/sample-records.ts';
import golden from '../../../golden/dynamodb-items.json' with { type: 'json' };
import { rejectionOf } from '../../../rejection.ts';
import { dynamoDbAt } from './dynamodb-at.ts';

const live = { signal: new AbortController().signal };

test('clouddb on DynamoDB Local', async (t) => {
  if (!(await needs(t, 'dynamodb-local'))) return;
  const local = await startDynamoDbLocal();
  t.teardown(() => local.stop());
  const dynamo = dynamoDbAt(t, local.url);

  t.test('keeps the contract of a record store', async (t) => {
    const retry = { clock: systemClock, random: Math.random };
    const harness = {
      newPlace: async () => {
        await dynamo.emptyTable('prod');
        return { open: () => new TableBatchStore(new DynamoDbBatchTable(dynamo.access, 'prod', retry, 3), 'prod') };
      },
    };
    await recordStoreContract(t, harness);
    await recordBatchesContract(t, harness);
  });

  t.test("reads FireCamp's items, and writes them the same to the byte", async (t) => {
    await dynamo.emptyTable('prod');
    const store = dynamoDbRecordStore(dynamo.access, 'prod');
    const items = Object.values(golden).map(binary);
    for (const Item of items) await dynamo.raw.send(new PutItemCommand({ TableName: 'prod-firecamp-table', Item }));
    const { device, service, serviceAttr, member, configFile, staticIp } = samples;
    const read = [
      await store.get('device', device, live),
      await store.get('service', service, live),
      await store.get('serviceAttr', serviceAttr, live),
      await store.get('member', member, live),
      await store.get('configFile', configFile, live),
      await store.get('staticIp', staticIp, live),
    ];
    t.strictSame(
      read.map(({ record }) => record),
      [device, service, serviceAttr, member, configFile, staticIp],
    );
    await dynamo.emptyTable('prod');
    await store.create('device', device, live);
    await store.create('service', service, live);
    await store.create('serviceAttr', serviceAttr, live);
    await store.create('member', member, live);
    await store.create('configFile', configFile, live);
    await store.create('staticIp', staticIp, live);
    for (const item of items) {
      const { PartitionKey, SortKey } = item;
      const key = { TableName: 'prod-firecamp-table', Key: { PartitionKey, SortKey } };
      const written = await dynamo.raw.send(new GetItemCommand(key));
      t.strictSame(textual(written.Item ?? {}), textual(item), PartitionKey.S);
    }
  });

  t.test('continues from the revision that FireCamp left, and keeps attributes it does not know', async (t) => {
    await dynamo.emptyTable('prod');
    const store = dynamoDbRecordStore(dynamo.access, 'prod');
    const Item = { ...binary(golden.staticIp), Revision: { N: '0' }, Note: { S: 'kept' } };
    await dynamo.raw.send(new PutItemCommand({ TableName: 'prod-firecamp-table', Item }));
    const read = await store.get('staticIp', samples.staticIp, live);
    t.equal((await store.update('staticIp', read, read.record, live)).record.revision, 1n);
    const { PartitionKey, SortKey } = Item;
    const key = { TableName: 'prod-firecamp-table', Key: { PartitionKey, SortKey } };
    t.match((await dynamo.raw.send(new GetItemCommand(key))).Item, { Note: { S: 'kept' }, Revision: { N: '1' } });
  });

  t.test('says that the table is missing, not the record', async (t) => {
    const store = dynamoDbRecordStore(dynamo.access, 'nowhere');
    const missing = { code: 'FC-REC-006', message: /nowhere-firecamp-table does not exist/ };
    t.match(await rejectionOf(store.get('staticIp', samples.staticIp, live)), missing);
    t.match(await rejectionOf(store.create('staticIp', samples.staticIp, live)), missing);
    t.match(await rejectionOf(store.list('device', {}, live)), missing);
  });

  t.test('names a record that cannot be understood, and what is wrong with it', async (t) => {
    await dynamo.emptyTable('prod');
    const store = dynamoDbRecordStore(dynamo.access, 'prod');
    const put = (change: object) =>
      dynamo.raw.send(
        new PutItemCommand({ TableName: 'prod-firecamp-table', Item: { ...binary(golden.staticIp), ...change } }),
      );
    const get = () => rejectionOf(store.get('staticIp', samples.staticIp, live));
    await put({ StaticIPSpec: { B: Buffer.from('{') } });
    t.match(await get(), { code: 'FC-REC-002', message: /static IP record 10\.0\.1\.21 .* StaticIPSpec is no JSON/ });
    await put({ StaticIPSpec: { B: Buffer.from([0x22, 0xff, 0x22]) } });
    t.match(await get(), { code: 'FC-REC-002', message: /StaticIPSpec is no UTF-8/ });
    await put({ StaticIPSpec: { S: '{}' } });
    t.match(await get(), { code: 'FC-REC-002', message: /StaticIPSpec has DynamoDB's type S, not B/ });
    await put({ Revision: { S: '1' } });
    t.match(await get(), { code: 'FC-REC-002', message: /Revision has DynamoDB's type S, not N/ });
    await put({ Revision: { N: '1.5' } });
    t.match(await get(), { code: 'FC-REC-002', message: /Revision is no revision: 1\.5/ });
  });
});

interface GoldenKey {
  readonly PartitionKey: { readonly S: string };
  readonly SortKey: { readonly S: string };
}

/** The golden files hold binary attributes as the text they are. */
function binary(item: GoldenKey): GoldenKey & Record<string, AttributeValue> {
  const attributes = Object.entries<Readonly<Record<string, string>>>({ ...item }).map(([name, value]) => [
    name,
    value['B'] === undefined ? value : { B: Buffer.from(value['B']) },
  ]);
  return { ...item, ...Object.fromEntries(attributes) };
}

function textual(item: Readonly<Record<string, AttributeValue>>): unknown {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, value.B ? Buffer.from(value.B).toString() : value]),
  );
}
