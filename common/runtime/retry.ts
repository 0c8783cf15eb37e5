import { DeadlineExceededError, InterruptedError, RequestFailedError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';

/** How long to wait between tries and when to give up. Milliseconds. */
export interface RetryPolicy {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  readonly totalMs: number;
}

/** For calls whose transient failures mean "ask again soon". */
export const defaultRetry: RetryPolicy = { firstDelayMs: 100, maxDelayMs: 3000, totalMs: 60_000 };

export interface RetryContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** In [0, 1): spreads the waits of many claimants. */
  readonly random: () => number;
}

/** The wait before try number `attempt` (from 1): exponential, capped, half of it jitter. */
export function backoffMs(policy: RetryPolicy, attempt: number, random: () => number): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (attempt - 1));
  return ceiling / 2 + (ceiling / 2) * random();
}

/**
 * Runs `call` again as long as it fails transiently (`RequestFailedError` with `transient`), honouring Retry-After, until
 * `policy.totalMs` is over; then the last failure comes out. Definite failures come out at once. Cancelled after a failure it rejects with
 * an `InterruptedError` that tells that failure: it is why the time was not enough.
 */
export async function retryTransient<T>(
  call: (attempt: number) => Promise<T>,
  policy: RetryPolicy,
  context: RetryContext,
): Promise<T> {
  const start = context.clock.monotonic();
  let last: { readonly failure: RequestFailedError; readonly waitMs: number } | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      if (last !== undefined) await context.clock.sleep(last.waitMs, { signal: context.signal });
      return await call(attempt);
    } catch (error) {
      if (last !== undefined && error instanceof InterruptedError) throw interruptedAfter(last.failure, error);
      if (!(error instanceof RequestFailedError) || !error.transient) throw error;
      const waitMs = Math.max(backoffMs(policy, attempt, context.random), (error.retryAfterSeconds ?? 0) * 1000);
      if (context.clock.monotonic() - start + waitMs > policy.totalMs) throw error;
      last = { failure: error, waitMs };
    }
  }
}

function interruptedAfter(failure: RequestFailedError, interruption: InterruptedError): InterruptedError {
  return new InterruptedError(
    `trying again after this failure: ${failure.message.replace(/\.$/, '')}`,
    interruption.cause,
  );
}

/**
 * Asks until `probe` returns a value, for states that become true by themselves (eventual consistency).
 * Throws `DeadlineExceededError` with `describe()` when `policy.totalMs` is over.
 */
export async function pollUntil<T>(
  probe: (attempt: number) => Promise<T | undefined>,
  describe: () => string,
  policy: RetryPolicy,
  context: RetryContext,
): Promise<T> {
  const start = context.clock.monotonic();
  for (let attempt = 1; ; attempt++) {
    const found = await probe(attempt);
    if (found !== undefined) return found;
    const wait = backoffMs(policy, attempt, context.random);
    if (context.clock.monotonic() - start + wait > policy.totalMs) throw new DeadlineExceededError(describe());
    await context.clock.sleep(wait, { signal: context.signal });
  }
}
