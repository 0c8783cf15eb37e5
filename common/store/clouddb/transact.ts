import { randomUUID } from 'node:crypto';
import {
  type CancellationReason,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { RequestFailedError } from '../../domain/errors.ts';
import { defaultRetry, type RetryContext, retryTransient } from '../../runtime/retry.ts';
import { isOwnWrite, type RowOutcome, type RowWrite } from '../batch-table.ts';
import { nameOf } from '../record-names.ts';
import { storeFailed, withUnknownEffect } from '../store-errors.ts';
import { insertion, removal, replacement } from './conditional-writes.ts';
import type { DynamoDbCalls } from './dynamodb-calls.ts';
import { versionOf } from './item-layout.ts';

/** Reasons that pass by themselves (DynamoDB API reference, TransactWriteItems, "TransactionCanceledException"). */
const passing = new Set(['TransactionConflict', 'ProvisionedThroughputExceeded', 'ThrottlingError']);

/**
 * Writes as much of a part as has its condition: a transaction is all or nothing, so what lost its condition is taken out, and the rest
 * is sent again.
 */
export async function commitPart(
  calls: DynamoDbCalls,
  part: readonly RowWrite[],
  context: RetryContext,
): Promise<RowOutcome[]> {
  const outcomes = new Map<RowWrite, RowOutcome>();
  let left = part;
  while (left.length > 0) {
    const lost = await transact(calls, left, context);
    for (const [write, outcome] of lost ?? left.map((write) => [write, doneOutcome(write)] as const)) {
      outcomes.set(write, outcome);
    }
    left = left.filter((write) => !outcomes.has(write));
  }
  return part.flatMap((write) => outcomes.get(write) ?? []);
}

/**
 * One transaction, sent until its end is known. With the same token the same request does nothing a second time for ten minutes (DynamoDB
 * API reference, TransactWriteItems, "ClientRequestToken").
 *
 * @returns the writes that lost their condition, for which nothing at all was written; undefined when everything was
 */
async function transact(
  calls: DynamoDbCalls,
  writes: readonly RowWrite[],
  context: RetryContext,
): Promise<(readonly [RowWrite, RowOutcome])[] | undefined> {
  const command = new TransactWriteItemsCommand({
    TransactItems: writes.map((write) => itemOf(calls, write)),
    ClientRequestToken: randomUUID(),
  });
  let uncertain = false;
  const once = async () => {
    const canceled = await send(calls, command, writes, context).catch((error: unknown) => {
      uncertain ||= error instanceof RequestFailedError && error.effect === 'unknown';
      throw error;
    });
    if (canceled === undefined) return undefined;
    const lost = lostOf(calls, writes, canceled, uncertain);
    if (lost.length === 0) throw canceledFor(calls, writes, canceled);
    return lost;
  };
  try {
    return await retryTransient(once, defaultRetry, context);
  } catch (error) {
    throw uncertain ? withUnknownEffect(error) : error;
  }
}

async function send(
  calls: DynamoDbCalls,
  command: TransactWriteItemsCommand,
  writes: readonly RowWrite[],
  context: RetryContext,
): Promise<readonly CancellationReason[] | undefined> {
  return calls.run('TransactWriteItems', describe(writes), context, async (client, wire) => {
    try {
      await client.send(command, wire);
      return undefined;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException) || error.CancellationReasons === undefined) throw error;
      return error.CancellationReasons;
    }
  });
}

function lostOf(
  calls: DynamoDbCalls,
  writes: readonly RowWrite[],
  reasons: readonly CancellationReason[],
  uncertain: boolean,
): (readonly [RowWrite, RowOutcome])[] {
  return writes.flatMap((write, index) => {
    const reason = reasons[index];
    if (reason?.Code !== 'ConditionalCheckFailed') return [];
    const { kind } = write;
    const met = reason.Item && calls.row(kind, nameOf(kind, write.key), reason.Item);
    const own = uncertain && isOwnWrite(write, met);
    return [[write, own ? doneOutcome(write) : { met }] as const];
  });
}

/** What stopped a transaction that no condition did. */
function canceledFor(
  calls: DynamoDbCalls,
  writes: readonly RowWrite[],
  reasons: readonly CancellationReason[],
): RequestFailedError {
  const faults = reasons.flatMap(({ Code, Message }, index) => {
    const write = writes[index];
    return write === undefined || Code === undefined || Code === 'None' ? [] : [{ write, Code, Message }];
  });
  const [first] = faults;
  const what = first === undefined ? describe(writes) : nameOf(first.write.kind, first.write.key);
  const said = first === undefined ? 'no reason told' : `${first.Code}${first.Message ? `: ${first.Message}` : ''}`;
  const cause = new RequestFailedError('FC-AWS-004', `DynamoDB canceled the transaction: ${said}.`, {
    effect: 'none',
    transient: faults.every(({ Code }) => passing.has(Code)),
  });
  return storeFailed(what, calls.where, false, cause);
}

function itemOf(calls: DynamoDbCalls, write: RowWrite): TransactWriteItem {
  const { kind, key } = write;
  if (write.op === 'insert') return { Put: insertion(calls, kind, key, write.attributes) };
  if (write.op === 'remove') return { Delete: removal(calls, kind, key, write.version) };
  return { Update: replacement(calls, kind, key, write.version, write.attributes) };
}

function doneOutcome(write: RowWrite): RowOutcome {
  return write.op === 'remove' ? 'removed' : { version: versionOf(write.kind, write.attributes) };
}

function describe(writes: readonly RowWrite[]): string {
  const [first] = writes;
  if (first === undefined) return 'no records';
  const name = nameOf(first.kind, first.key);
  return writes.length === 1 ? name : `${name} and ${writes.length - 1} other records`;
}
