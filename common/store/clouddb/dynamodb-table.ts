import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { KeyOf, RecordKind } from '../../domain/records.ts';
import type { ListScope, StoreOptions } from '../../ports/record-store.ts';
import type { RecordAttributes } from '../codec/record-layout.ts';
import { nameOf } from '../record-names.ts';
import type { KeyedRow, RecordTable, Row, Written } from '../record-table.ts';
import { insertion, removal, replacement } from './conditional-writes.ts';
import { type DynamoDbAccess, DynamoDbCalls, type Send } from './dynamodb-calls.ts';
import { type Item, itemKey, keyInPartition, partitionOf, versionOf } from './item-layout.ts';

/** FireCamp's table of a cluster. */
export class DynamoDbTable implements RecordTable {
  readonly where: string;
  protected readonly calls: DynamoDbCalls;
  readonly #table: { readonly TableName: string };
  readonly #page: { readonly Limit?: number };

  /** @param pageSize - records read at a time by `rows`; DynamoDB's megabyte when left out. */
  constructor(access: DynamoDbAccess, cluster: string, pageSize?: number) {
    this.calls = new DynamoDbCalls(access, cluster);
    this.where = this.calls.where;
    this.#table = { TableName: this.calls.tableName };
    this.#page = pageSize === undefined ? {} : { Limit: pageSize };
  }

  async read<K extends RecordKind>(kind: K, key: KeyOf[K], options: StoreOptions): Promise<Row | undefined> {
    const what = nameOf(kind, key);
    const Key = itemKey(kind, key, this.calls.cluster);
    const command = new GetItemCommand({ ...this.#table, Key, ConsistentRead: true });
    const { Item } = await this.calls.run('GetItem', what, options, (client, wire) => client.send(command, wire));
    return Item && this.calls.row(kind, what, Item);
  }

  async insert<K extends RecordKind>(
    kind: K,
    key: KeyOf[K],
    attributes: RecordAttributes,
    options: StoreOptions,
  ): Promise<Written> {
    const command = new PutItemCommand(insertion(this.calls, kind, key, attributes));
    const met = await this.#write('PutItem', kind, key, options, (client, wire) => client.send(command, wire));
    return met ?? { version: versionOf(kind, attributes) };
  }

  async replace<K extends RecordKind>(
    kind: K,
    key: KeyOf[K],
    version: string,
    attributes: RecordAttributes,
    options: StoreOptions,
  ): Promise<Written> {
    const command = new UpdateItemCommand(replacement(this.calls, kind, key, version, attributes));
    const met = await this.#write('UpdateItem', kind, key, options, (client, wire) => client.send(command, wire));
    return met ?? { version: versionOf(kind, attributes) };
  }

  async remove<K extends RecordKind>(kind: K, key: KeyOf[K], version: string, options: StoreOptions) {
    const command = new DeleteItemCommand(removal(this.calls, kind, key, version));
    const met = await this.#write('DeleteItem', kind, key, options, (client, wire) => client.send(command, wire));
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
        ExpressionAttributeValues: { ':partition': { S: partitionOf(kind, scope, this.calls.cluster) } },
        ConsistentRead: true,
        ...(from && { ExclusiveStartKey: from }),
      });
      const what = `list of ${kind} records`;
      const page = await this.calls.run('Query', what, options, (client, wire) => client.send(command, wire));
      for (const item of page.Items ?? []) {
        const key = keyInPartition(kind, item, scope);
        found.push({ ...this.calls.row(kind, nameOf(kind, key), item), key });
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
    await this.calls.run(action, what, options, async (client, wire) => {
      try {
        await send(client, wire);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        lost = error;
      }
    });
    if (lost === undefined) return undefined;
    // Servers that do not tell the winner (dynalite) tell nothing here, as DynamoDB does of an item that is gone: look.
    return { met: lost.Item ? this.calls.row(kind, what, lost.Item) : await this.read(kind, key, options) };
  }
}
