import { RequestFailedError } from '../common/domain/errors.ts';
import type { OrchestratorPorts } from '../common/ports/orchestrator-ports.ts';
import { defaultRetry, retryTransient } from '../common/runtime/retry.ts';

/** Runs a call as `retried` does, at the pace that its kind is let through. */
export type Paced = <T>(signal: AbortSignal, call: () => Promise<T>) => Promise<T>;

/** The pace of a worker: at first none, then from the least to the most milliseconds before each call. */
const pace = { leastMs: 200, mostMs: 4_000, faster: 0.9, slower: 2 } as const;

/**
 * For hundreds of calls of one kind by several workers, which EC2 lets through from a bucket of tokens (EC2 API reference, "Request
 * throttling"). Retried each by itself they would ask some four times for each that goes through. A throttled one slows all of them down,
 * and each that goes through makes them a little faster again.
 */
export function paced({ clock, random }: Pick<OrchestratorPorts, 'clock' | 'random'>): Paced {
  let waitMs = 0;
  let slowedAt = Number.NEGATIVE_INFINITY;
  return <T>(signal: AbortSignal, call: () => Promise<T>) => {
    const inTime = async () => {
      if (waitMs > 0) await clock.sleep(waitMs * (0.5 + random()), { signal });
      const began = clock.monotonic();
      try {
        const result = await call();
        waitMs = waitMs < pace.leastMs ? 0 : waitMs * pace.faster;
        return result;
      } catch (error) {
        // What was sent before the last slowing down says nothing of the pace since.
        if (isThrottled(error) && began > slowedAt) {
          waitMs = Math.min(pace.mostMs, Math.max(pace.leastMs, waitMs * pace.slower));
          slowedAt = clock.monotonic();
        }
        throw error;
      }
    };
    return retryTransient(inTime, defaultRetry, { clock, random, signal });
  };
}

/** Whether AWS refused a call for coming too soon after others. */
export function isThrottled(error: unknown): boolean {
  return error instanceof RequestFailedError && error.code === 'FC-AWS-002';
}
