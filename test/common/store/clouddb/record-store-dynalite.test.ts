import { test } from 'tap';
import { DynamoDbTable } from '../../../../common/store/clouddb/dynamodb-table.ts';
import { TableRecordStore } from '../../../../common/store/table-record-store.ts';
import { startDynalite } from '../../../../scripts/rig/dynalite.ts';
import { recordStoreContract } from '../../../contract/record-store-contract.ts';
import { dynamoDbAt } from './dynamodb-at.ts';

test('clouddb keeps the contract of a record store on dynalite, which does not tell the loser who won', async (t) => {
  const dynalite = await startDynalite();
  t.teardown(() => dynalite.stop());
  const dynamo = dynamoDbAt(t, dynalite.url);
  await recordStoreContract(t, {
    newPlace: async () => {
      await dynamo.emptyTable('prod');
      return { open: () => new TableRecordStore(new DynamoDbTable(dynamo.access, 'prod', 3), 'prod') };
    },
  });
  t.test('batches of records', { skip: 'dynalite has no TransactWriteItems' }, () => {});
});
