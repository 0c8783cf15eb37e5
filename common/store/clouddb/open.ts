import type { RecordStore } from '../../ports/record-store.ts';
import { TableRecordStore } from '../table-record-store.ts';
import type { DynamoDbAccess } from './dynamodb-calls.ts';
import { DynamoDbTable } from './dynamodb-table.ts';

/** The records of a cluster in its DynamoDB table (`clouddb`), which must exist (`ensureTable`). */
export function dynamoDbRecordStore(access: DynamoDbAccess, cluster: string): RecordStore {
  return new TableRecordStore(new DynamoDbTable(access, cluster), cluster);
}
