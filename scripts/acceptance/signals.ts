import { systemClock } from '../../common/runtime/system-clock.ts';

/** What ends a run, and what ends the cleaning after it. */
export interface Signals {
  readonly run: AbortSignal;
  readonly cleaning: AbortSignal;
}

/** Milliseconds within which a second signal is the first once more: `npm run` passes on what the terminal has sent already. */
const sameMs = 1_000;

/**
 * From now on the first signal ends the run, which then cleans; another one ends the cleaning. Output that nobody takes any more, as of a
 * terminal that hung up, ends nothing.
 */
export function endedBySignals(): Signals {
  const [run, cleaning] = [new AbortController(), new AbortController()];
  let first = 0;
  const end = (signal: NodeJS.Signals) => {
    const now = systemClock.monotonic();
    if (!run.signal.aborted) {
      first = now;
      run.abort(new Error(signal));
    } else if (now - first >= sameMs) cleaning.abort(new Error(signal));
  };
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return { run: run.signal, cleaning: cleaning.signal };
}
