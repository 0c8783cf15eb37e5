import { InterruptedError } from '../domain/errors.ts';

/**
 * What the promise settles to, or `InterruptedError` as soon as the signal aborts. The work behind the promise goes on: it is
 * for work that several callers share.
 * @param doing completes "Interrupted while …"
 */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal, doing: string): Promise<T> {
  // The shared work may fail after this caller has left.
  promise.catch(() => {});
  if (signal.aborted) throw new InterruptedError(doing, signal.reason);
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(new InterruptedError(doing, signal.reason));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
