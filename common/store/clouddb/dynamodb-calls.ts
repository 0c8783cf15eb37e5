import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsRead, awsWrite } from '../../aws/aws-call.ts';
import type { AwsClients } from '../../aws/clients.ts';
import type { RecordKind } from '../../domain/records.ts';
import { RecordMalformedError, type StoreOptions } from '../../ports/record-store.ts';
import { LayoutFault } from '../codec/fields.ts';
import type { Row } from '../record-table.ts';
import { toStoreError } from './dynamodb-errors.ts';
import { fromItem, type Item, tableName, versionOf } from './item-layout.ts';

/** What the table needs of the AWS adapters. */
export type DynamoDbAccess = Pick<AwsClients, 'region' | 'credentials' | 'requestHandler'>;

/** Sends one command, with what the wire is to know of the call. */
export type Send<T> = (client: DynamoDBClient, wire: { readonly abortSignal?: AbortSignal }) => Promise<T>;

const readActions: ReadonlySet<string> = new Set(['GetItem', 'Query', 'BatchGetItem']);

/** Calls about one table, whose failures are the store's. */
export class DynamoDbCalls {
  readonly cluster: string;
  /** For messages: `DynamoDB table x-firecamp-table`. */
  readonly where: string;
  readonly tableName: string;
  readonly #client: DynamoDBClient;
  readonly #credentials: AwsClients['credentials'];

  constructor(access: DynamoDbAccess, cluster: string) {
    this.cluster = cluster;
    this.tableName = tableName(cluster);
    this.where = `DynamoDB table ${this.tableName}`;
    this.#credentials = access.credentials;
    // One attempt: a repeated conditional write would meet its own first attempt and report it as a lost race.
    this.#client = new DynamoDBClient({
      region: access.region,
      credentials: access.credentials.provider(),
      requestHandler: access.requestHandler,
      maxAttempts: 1,
    });
  }

  /** @param what - the record or records that it is about, for messages. */
  async run<T>(action: string, what: string, { signal }: StoreOptions, send: Send<T>): Promise<T> {
    const call = { action: `dynamodb:${action}`, signal };
    const reads = readActions.has(action);
    try {
      return await (reads ? awsRead : awsWrite)(this.#credentials, call, (wire) => send(this.#client, wire));
    } catch (error) {
      throw toStoreError(error, what, this.where, reads);
    }
  }

  /** @throws RecordMalformedError when an attribute is none of a record */
  row(kind: RecordKind, what: string, item: Item): Row {
    try {
      const attributes = fromItem(item);
      return { attributes, version: versionOf(kind, attributes) };
    } catch (error) {
      if (!(error instanceof LayoutFault)) throw error;
      throw new RecordMalformedError(what, this.where, error.message, error);
    }
  }
}
