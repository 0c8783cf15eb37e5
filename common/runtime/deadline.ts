import { InterruptedError } from '../domain/errors.ts';
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
