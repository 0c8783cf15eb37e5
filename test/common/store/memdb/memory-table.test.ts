import { test } from 'tap';
import { MemoryTable } from '../../../../common/store/memdb/memory-table.ts';
import { TableBatchStore } from '../../../../common/store/table-batch-store.ts';
import { recordBatchesContract } from '../../../contract/record-batches-contract.ts';
import { recordStoreContract } from '../../../contract/record-store-contract.ts';

test('memdb keeps the contract of a record store', async (t) => {
  const harness = {
    newPlace: async () => {
      const table = new MemoryTable();
      return { open: () => new TableBatchStore(table, 'prod') };
    },
  };
  await recordStoreContract(t, harness);
  await recordBatchesContract(t, harness);
});
