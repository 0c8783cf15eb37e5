import { InterruptedError } from '../domain/errors.ts';
import { together } from './together.ts';

/**
 * Calls `call` for every item, at most `limit` at a time, and returns what they return in the items' order. When one fails, no further one
 * is begun, the others are cancelled and waited for, and the failure comes out.
 */
export async function bounded<T, R>(
  signal: AbortSignal,
  items: readonly T[],
  limit: number,
  call: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const queue = items.entries();
  const worker = async (joined: AbortSignal) => {
    for (const [index, item] of queue) {
      if (joined.aborted) throw new InterruptedError('working on many things at once', joined.reason);
      results[index] = await call(item, joined);
    }
  };
  await together(
    signal,
    Array.from({ length: Math.min(limit, items.length) }, () => worker),
  );
  return results;
}
