import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { test } from 'tap';
import { dynamoDbRecordStore } from '../../../../common/store/clouddb/open.ts';
import { ensureTable } from '../../../../common/store/clouddb/table-setup.ts';
import { startDynamoDbLocal } from '../../../../scripts/rig/dynamodb-local.ts';
import { needs } from '../../../../scripts/rig/requirements.ts';
import { samples } from '../../../contract/sample-records.ts';
import { dynamoDbAt } from './dynamodb-at.ts';

const live = { signal: new AbortController().signal };

test("makes a cluster's table once, with FireCamp's keys, and leaves one that is there as it is", async (t) => {
  if (!(await needs(t, 'dynamodb-local'))) return;
  const local = await startDynamoDbLocal();
  t.teardown(() => local.stop());
  const { access, raw } = dynamoDbAt(t, local.url);
  const ensure = () => ensureTable(access, 'prod', () => sleep(20), live);
  await Promise.all([ensure(), ensure(), ensure()]);
  const { Table } = await raw.send(new DescribeTableCommand({ TableName: 'prod-firecamp-table' }));
  t.match(Table, {
    TableStatus: 'ACTIVE',
    KeySchema: [
      { AttributeName: 'PartitionKey', KeyType: 'HASH' },
      { AttributeName: 'SortKey', KeyType: 'RANGE' },
    ],
  });
  const store = dynamoDbRecordStore(access, 'prod');
  await store.create('staticIp', samples.staticIp, live);
  await ensure();
  t.strictSame((await store.get('staticIp', samples.staticIp, live)).record, samples.staticIp);
});
