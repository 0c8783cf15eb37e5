import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { awsRead, awsWrite } from '../../aws/aws-call.ts';
import type { AwsClients } from '../../aws/clients.ts';
import type { KeyOf, RecordKind } from '../../domain/records.ts';
import { type ListScope, RecordMalformedError, type StoreOptions } from '../../ports/record-store.ts';
import { LayoutFault } from '../codec/fields.ts';
import type { RecordAttributes } from '../codec/record-layout.ts';
import { nameOf } from '../record-names.ts';
import type { KeyedRow, RecordTable, Row, Written } from '../record-table.ts';
import { assignments, unchanged } from './condition.ts';
import { toStoreError } from './dynamodb-errors.ts';
import {
  comparedIn,
  fromItem,
  type Item,
  itemKey,
  keyInPartition,
  partitionOf,
  tableName,
  toItem,
  versionOf,
} from './item-layout.ts';

/** What the table needs of the AWS adapters. */
export type DynamoDbAccess = Pick<AwsClients, 'region' | 'credentials' | 'requestHandler'>;

/** Asks a lost condition to tell what it met, so that the loser needs no second request. */
const tellWinner = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

/** FireCamp's table of a cluster. */
export class DynamoDbTable implements RecordTable {
  readonly where: string;
  readonly #client: DynamoDBClient;
  readonly #credentials: AwsClients['credentials'];
  readonly #cluster: string;
  readonly #table: { readonly TableName: string };
  readonly #page: { readonly Limit?: number };

  /** @param pageSize - records read at a time by `rows`; DynamoDB's megabyte when left out. */
  constructor(access: DynamoDbAccess, cluster: string, pageSize?: number) {
    this.#table = { TableName: tableName(cluster) };
    this.where = `DynamoDB table ${this.#table.TableName}`;
    this.#cluster = cluster;
    this.#credentials = access.credentials;
    this.#page = pageSize === undefined ? {} : { Limit: pageSize };
    // One attempt: a repeated conditional write would meet its own first attempt and report it as a lost race.
    this.#client = new DynamoDBClient({
      region: access.region,
      credentials: access.credentials.provider(),
      requestHandler: access.requestHandler,
      maxAttempts: 1,
    });
  }

  async read<K extends RecordKind>(kind: K, key: KeyOf[K], options: StoreOptions): Promise<Row | undefined> {
    const what = nameOf(kind, key);
    const command = new GetItemCommand({ ...this.#table, ...this.#key(kind, key), ConsistentRead: true });
    const { Item } = await this.#run('GetItem', what, options, (wire) => this.#client.send(command, wire));
    return Item && this.#row(kind, what, Item);
  }

  async insert<K extends RecordKind>(
    kind: K,
    key: KeyOf[K],
    attributes: RecordAttributes,
    options: StoreOptions,
  ): Promise<Written> {
    const command = new PutItemCommand({
      ...this.#table,
      Item: { ...itemKey(kind, key, this.#cluster), ...toItem(attributes) },
      ConditionExpression: 'attribute_not_exists(PartitionKey)',
      ...tellWinner,
    });
    const met = await this.#write('PutItem', kind, key, options, (wire) => this.#client.send(command, wire));
    return met ?? { version: versionOf(kind, attributes) };
  }

  async replace<K extends RecordKind>(
    kind: K,
    key: KeyOf[K],
    version: string,
    attributes: RecordAttributes,
    options: StoreOptions,
  ): Promise<Written> {
    const condition = unchanged(comparedIn(version));
    const change = assignments(attributes);
    const command = new UpdateItemCommand({
      ...this.#table,
      ...this.#key(kind, key),
      UpdateExpression: `SET ${change.text}`,
      ConditionExpression: condition.text,
      ExpressionAttributeNames: { ...condition.names, ...change.names },
      ExpressionAttributeValues: { ...condition.values, ...change.values },
      ...tellWinner,
    });
    const met = await this.#write('UpdateItem', kind, key, options, (wire) => this.#client.send(command, wire));
    return met ?? { version: versionOf(kind, attributes) };
  }

  async remove<K extends RecordKind>(kind: K, key: KeyOf[K], version: string, options: StoreOptions) {
    const condition = unchanged(comparedIn(version));
    const command = new DeleteItemCommand({
      ...this.#table,
      ...this.#key(kind, key),
      ConditionExpression: condition.text,
      ExpressionAttributeNames: condition.names,
      ExpressionAttributeValues: condition.values,
      ...tellWinner,
    });
    const met = await this.#write('DeleteItem', kind, key, options, (wire) => this.#client.send(command, wire));
    return met ?? ('removed' as const);
  }

  async rows<K extends keyof ListScope>(kind: K, scope: ListScope[K], options: StoreOptions): Promise<KeyedRow<K>[]> {
    const found: KeyedRow<K>[] = [];
    let from: Item | undefined;
    do {
      const command = new QueryCommand({
        ...this.#table,
        ...this.#page,
        KeyConditionExpression: 'PartitionKey = :partition',
        ExpressionAttributeValues: { ':partition': { S: partitionOf(kind, scope, this.#cluster) } },
        ConsistentRead: true,
        ...(from && { ExclusiveStartKey: from }),
      });
      const what = `list of ${kind} records`;
      const page = await this.#run('Query', what, options, (wire) => this.#client.send(command, wire));
      for (const item of page.Items ?? []) {
        const key = keyInPartition(kind, item, scope);
        found.push({ ...this.#row(kind, nameOf(kind, key), item), key });
      }
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return found;
  }

  /** A conditional write: undefined when it went through, else what it met. */
  async #write<K extends RecordKind>(
    action: string,
    kind: K,
    key: KeyOf[K],
    options: StoreOptions,
    send: Send<unknown>,
  ): Promise<{ readonly met: Row | undefined } | undefined> {
    const what = nameOf(kind, key);
    let lost: ConditionalCheckFailedException | undefined;
    await this.#run(action, what, options, async (wire) => {
      try {
        await send(wire);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        lost = error;
      }
    });
    if (lost === undefined) return undefined;
    // Servers that do not tell the winner (dynalite) tell nothing here, as DynamoDB does of an item that is gone: look.
    return { met: lost.Item ? this.#row(kind, what, lost.Item) : await this.read(kind, key, options) };
  }

  async #run<T>(action: string, what: string, { signal }: StoreOptions, send: Send<T>): Promise<T> {
    const call = { action: `dynamodb:${action}`, signal };
    const reads = action === 'GetItem' || action === 'Query';
    try {
      return await (reads ? awsRead : awsWrite)(this.#credentials, call, send);
    } catch (error) {
      throw toStoreError(error, what, this.where, reads);
    }
  }

  #row(kind: RecordKind, what: string, item: Item): Row {
    try {
      const attributes = fromItem(item);
      return { attributes, version: versionOf(kind, attributes) };
    } catch (error) {
      if (!(error instanceof LayoutFault)) throw error;
      throw new RecordMalformedError(what, this.where, error.message, error);
    }
  }

  #key<K extends RecordKind>(kind: K, key: KeyOf[K]): { Key: Item } {
    return { Key: itemKey(kind, key, this.#cluster) };
  }
}

type Send<T> = (wire: { readonly abortSignal?: AbortSignal }) => Promise<T>;
