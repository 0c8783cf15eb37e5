import { RequestFailedError } from '../domain/errors.ts';
import type { StoreOptions } from '../ports/record-store.ts';
import { bounded } from '../runtime/bounded.ts';
import { defaultRetry, type RetryContext, retryTransient } from '../runtime/retry.ts';
import { isOwnWrite, type RowOutcome, type RowWrite } from './batch-table.ts';
import type { RecordTable } from './record-table.ts';
import { withUnknownEffect } from './store-errors.ts';

/** For the waits between tries. */
export type RetryParts = Pick<RetryContext, 'clock' | 'random'>;

/** Requests under way at a time, for a database that takes one row a request. */
export const atATime = 16;

/** Writes row by row, side by side, for a database that has no batches. */
export async function writeSingly(
  table: RecordTable,
  writes: readonly RowWrite[],
  parts: RetryParts,
  { signal }: StoreOptions,
): Promise<RowOutcome[]> {
  const context = { ...parts, signal };
  let done = 0;
  try {
    // The failure of one does not cancel the writes under way: what became of them would be unknown.
    return await bounded(signal, writes, atATime, async (write) => {
      const outcome = await writeOne(table, write, context);
      done += 1;
      return outcome;
    });
  } catch (error) {
    throw done > 0 ? withUnknownEffect(error) : error;
  }
}

async function writeOne(table: RecordTable, write: RowWrite, context: RetryContext): Promise<RowOutcome> {
  let uncertain = false;
  try {
    return await retryTransient(
      async () => {
        const outcome = await send(table, write, context).catch((error: unknown) => {
          uncertain ||= error instanceof RequestFailedError && error.effect === 'unknown';
          throw error;
        });
        if (!uncertain || outcome === 'removed' || 'version' in outcome) return outcome;
        return isOwnWrite(write, outcome.met) && outcome.met ? { version: outcome.met.version } : outcome;
      },
      defaultRetry,
      context,
    );
  } catch (error) {
    throw uncertain ? withUnknownEffect(error) : error;
  }
}

function send(table: RecordTable, write: RowWrite, options: StoreOptions): Promise<RowOutcome> {
  const { kind, key } = write;
  if (write.op === 'insert') return table.insert(kind, key, write.attributes, options);
  if (write.op === 'remove') return table.remove(kind, key, write.version, options);
  return table.replace(kind, key, write.version, write.attributes, options);
}
