import type { BatchRecordStore } from '../../ports/batch-record-store.ts';
import type { RetryParts } from '../single-writes.ts';
import { TableBatchStore } from '../table-batch-store.ts';
import { DynamoDbBatchTable } from './dynamodb-batch-table.ts';
import type { DynamoDbAccess } from './dynamodb-calls.ts';

/** As `dynamoDbRecordStore`, for whoever reads and writes many records at once. */
export function dynamoDbBatchStore(access: DynamoDbAccess, cluster: string, retry: RetryParts): BatchRecordStore {
  return new TableBatchStore(new DynamoDbBatchTable(access, cluster, retry), cluster);
}
