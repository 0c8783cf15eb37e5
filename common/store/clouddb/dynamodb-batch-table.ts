import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { RequestFailedError } from '../../domain/errors.ts';
import type { StoreOptions } from '../../ports/record-store.ts';
import { defaultRetry, retryTransient } from '../../runtime/retry.ts';
import type { BatchTable, RowOutcome, RowWrite } from '../batch-table.ts';
import { nameOf } from '../record-names.ts';
import type { Row } from '../record-table.ts';
import type { RetryParts } from '../single-writes.ts';
import { storeFailed, withUnknownEffect } from '../store-errors.ts';
import type { DynamoDbAccess } from './dynamodb-calls.ts';
import { DynamoDbTable } from './dynamodb-table.ts';
import { type Item, itemKey } from './item-layout.ts';
import { ensureTable } from './table-setup.ts';
import { commitPart } from './transact.ts';
import { transactionParts } from './transaction-parts.ts';

/** Keys in one BatchGetItem (DynamoDB API reference). */
const keysAtATime = 100;

/** FireCamp's table of a cluster for many rows at once. Apart from `DynamoDbTable`, so that the containers' bundle holds no command that they never send. */
export class DynamoDbBatchTable extends DynamoDbTable implements BatchTable {
  readonly #access: DynamoDbAccess;
  readonly #retry: RetryParts;

  constructor(access: DynamoDbAccess, cluster: string, retry: RetryParts, pageSize?: number) {
    super(access, cluster, pageSize);
    this.#access = access;
    this.#retry = retry;
  }

  prepare(options: StoreOptions): Promise<void> {
    const sleep = (ms: number) => this.#retry.clock.sleep(ms, options);
    return ensureTable(this.#access, this.calls.cluster, sleep, options);
  }

  async writeRows(writes: readonly RowWrite[], { signal }: StoreOptions): Promise<RowOutcome[]> {
    const outcomes: RowOutcome[] = [];
    for (const part of transactionParts(writes)) {
      try {
        outcomes.push(...(await commitPart(this.calls, part, { ...this.#retry, signal })));
      } catch (error) {
        throw outcomes.length > 0 ? withUnknownEffect(error) : error;
      }
    }
    return outcomes;
  }

  async addressRows(_: string, ips: readonly string[], options: StoreOptions): Promise<ReadonlyMap<string, Row>> {
    const rows = new Map<string, Row>();
    for (let from = 0; from < ips.length; from += keysAtATime) {
      await this.#addRows(rows, ips.slice(from, from + keysAtATime), options);
    }
    return rows;
  }

  /** DynamoDB may leave keys for the next request, when it is busy or the reply grows too large. */
  async #addRows(rows: Map<string, Row>, ips: readonly string[], options: StoreOptions): Promise<void> {
    const { tableName, cluster, where } = this.calls;
    const ipOf = new Map(ips.map((ip) => [partitionOf(itemKey('staticIp', { ip }, cluster)), ip]));
    const what = `${ips.length} static IP records`;
    let left: Item[] = ips.map((ip) => itemKey('staticIp', { ip }, cluster));
    const ask = async () => {
      const command = new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } } });
      const reply = await this.calls.run('BatchGetItem', what, options, (client, wire) => client.send(command, wire));
      for (const item of reply.Responses?.[tableName] ?? []) {
        const ip = ipOf.get(partitionOf(item));
        if (ip !== undefined) rows.set(ip, this.calls.row('staticIp', nameOf('staticIp', { ip }), item));
      }
      left = reply.UnprocessedKeys?.[tableName]?.Keys ?? [];
      if (left.length > 0) throw storeFailed(what, where, false, unprocessed(left.length));
    };
    await retryTransient(ask, defaultRetry, { ...this.#retry, signal: options.signal });
  }
}

function partitionOf(item: Item): string {
  return item['PartitionKey']?.S ?? '';
}

function unprocessed(count: number): RequestFailedError {
  const message = `dynamodb:BatchGetItem left ${count} keys unprocessed.`;
  return new RequestFailedError('FC-AWS-002', message, { effect: 'none', transient: true });
}
