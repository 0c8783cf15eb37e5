import { DeadlineExceededError, InterruptedError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';

/** A signal that aborts after `ms`, by the injected clock. Dispose it when it is no longer needed. */
export function deadlineAfter(clock: Clock, ms: number, what: string): { readonly signal: AbortSignal } & Disposable {
  const ended = new AbortController();
  const over = new AbortController();
  clock.sleep(ms, { signal: ended.signal }).then(
    () => over.abort(new InterruptedError(`${what}: its ${Math.round(ms)} ms are over`)),
    () => undefined,
  );
  return { signal: over.signal, [Symbol.dispose]: () => ended.abort() };
}

/**
 * Runs with a signal that aborts after `ms`.
 *
 * @throws DeadlineExceededError in place of the InterruptedError that the end of the time makes
 */
export async function withinDeadline<T>(
  clock: Clock,
  ms: number,
  what: string,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  using deadline = deadlineAfter(clock, ms, what);
  try {
    return await run(deadline.signal);
  } catch (error) {
    if (!(error instanceof InterruptedError) || !deadline.signal.aborted) throw error;
    // Where the time went is for the last line that a person sees, not only for the log.
    throw new DeadlineExceededError(`${what} took longer than ${Math.round(ms / 1000)} s. ${error.message}`, {
      cause: error,
    });
  }
}
