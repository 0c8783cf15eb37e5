import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { awsRead, awsWrite } from '../../aws/aws-call.ts';
import type { StoreOptions } from '../../ports/record-store.ts';
import type { DynamoDbAccess } from './dynamodb-calls.ts';
import { tableName } from './item-layout.ts';

/**
 * Makes the table of a cluster ready: FireCamp's keys, paid by the request (FireCamp reserved 25 units of each kind). A table that exists is
 * left as it is.
 *
 * @param sleep - waits between looks at a table in the making, and rejects when the signal aborts.
 * @throws FirecampError as the AWS adapters do.
 */
export async function ensureTable(
  access: DynamoDbAccess,
  cluster: string,
  sleep: (ms: number) => Promise<void>,
  { signal }: StoreOptions,
): Promise<void> {
  const client = new DynamoDBClient({
    region: access.region,
    credentials: access.credentials.provider(),
    requestHandler: access.requestHandler,
    maxAttempts: 3,
  });
  const TableName = tableName(cluster);
  for (;;) {
    const status = await tableStatus(access, client, TableName, signal);
    if (status === 'ACTIVE' || status === 'UPDATING') return;
    if (status === undefined) await createTable(access, client, TableName, signal);
    await sleep(1_000);
  }
}

async function tableStatus(access: DynamoDbAccess, client: DynamoDBClient, TableName: string, signal: AbortSignal) {
  return awsRead(access.credentials, { action: 'dynamodb:DescribeTable', signal }, async (wire) => {
    try {
      return (await client.send(new DescribeTableCommand({ TableName }), wire)).Table?.TableStatus;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  });
}

async function createTable(access: DynamoDbAccess, client: DynamoDBClient, TableName: string, signal: AbortSignal) {
  const command = new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'PartitionKey', AttributeType: 'S' },
      { AttributeName: 'SortKey', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'PartitionKey', KeyType: 'HASH' },
      { AttributeName: 'SortKey', KeyType: 'RANGE' },
    ],
  });
  await awsWrite(access.credentials, { action: 'dynamodb:CreateTable', signal }, async (wire) => {
    try {
      await client.send(command, wire);
    } catch (error) {
      // Somebody else makes it at the same moment: its state is what counts.
      if (!(error instanceof ResourceInUseException)) throw error;
    }
  });
}
