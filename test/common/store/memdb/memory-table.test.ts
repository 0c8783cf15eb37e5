import { test } from 'tap';
import { MemoryTable } from '../../../../common/store/memdb/memory-table.ts';
import { TableRecordStore } from '../../../../common/store/table-record-store.ts';
import { recordStoreContract } from '../../../contract/record-store-contract.ts';

test('memdb keeps the contract of a record store', async (t) => {
  await recordStoreContract(t, {
    newPlace: async () => {
      const table = new MemoryTable();
      return { open: () => new TableRecordStore(table, 'prod') };
    },
  });
});
