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
  let last: RequestFailedError | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      if (last !== undefined) await pauseAfter(last, policy, attempt - 1, start, context);
      return await call(attempt);
    } catch (error) {
      if (last !== undefined && error instanceof InterruptedError) throw interruptedAfter(last, error);
      if (error === last || !(error instanceof RequestFailedError) || !error.transient) throw error;
      last = error;
    }
  }
}

/** Waits for the next try; throws the failure itself when there is no time for one. */
async function pauseAfter(
  failure: RequestFailedError,
  policy: RetryPolicy,
  attempt: number,
  start: number,
  context: RetryContext,
): Promise<void> {
  const wait = Math.max(backoffMs(policy, attempt, context.random), (failure.retryAfterSeconds ?? 0) * 1000);
  if (context.clock.monotonic() - start + wait > policy.totalMs) throw failure;
  await context.clock.sleep(wait, { signal: context.signal });
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
