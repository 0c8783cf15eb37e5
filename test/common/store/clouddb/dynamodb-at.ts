import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteTableCommand, DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import type { Test } from 'tap';
import { CredentialChain } from '../../../../common/aws/credentials.ts';
import { closeConnections, openConnections } from '../../../../common/aws/http-exchange.ts';
import { WireHandler } from '../../../../common/aws/request-handler.ts';
import type { DynamoDbAccess } from '../../../../common/store/clouddb/dynamodb-calls.ts';
import { ensureTable } from '../../../../common/store/clouddb/table-setup.ts';

/** Access to a DynamoDB that is no Amazon's, as a program has it to Amazon's. */
export interface DynamoDbAt {
  readonly access: DynamoDbAccess;
  /** A client with nothing of ours, to look with. */
  readonly raw: DynamoDBClient;
  /** The table of the cluster, new and empty. */
  emptyTable(cluster: string): Promise<void>;
}

/** The endpoint comes from the SDK's own variable, as it does for the programs. */
export function dynamoDbAt(t: Test, url: string): DynamoDbAt {
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = url;
  const keys = { accessKeyId: 'test', secretAccessKey: 'test' };
  const connections = openConnections(16);
  const limits = { connectTimeoutMs: 1_000, timeoutMs: 5_000, maxReplyBytes: 8 * 1024 * 1024 };
  const access = {
    region: async () => 'us-east-1',
    credentials: new CredentialChain([{ name: 'the test', load: async () => keys }]),
    requestHandler: new WireHandler(connections, limits),
  };
  const raw = new DynamoDBClient({ region: 'us-east-1', credentials: keys, endpoint: url });
  t.teardown(() => {
    raw.destroy();
    closeConnections(connections);
  });
  const emptyTable = async (cluster: string) => {
    await deleteTable(raw, `${cluster}-firecamp-table`);
    await ensureTable(access, cluster, () => sleep(50), { signal: AbortSignal.timeout(30_000) });
  };
  return { access, raw, emptyTable };
}

/** dynalite takes a moment to delete, and refuses while it does. */
async function deleteTable(raw: DynamoDBClient, TableName: string): Promise<void> {
  for (;;) {
    try {
      await raw.send(new DeleteTableCommand({ TableName }));
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return;
    }
    await sleep(20);
  }
}
