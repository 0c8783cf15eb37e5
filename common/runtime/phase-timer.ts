import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** Times the phases of a run, logs each as it ends, and keeps their durations for the record. */
export class PhaseTimer {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #log: Log;
  readonly #millis: Record<string, number> = {};
  #last = 'start';
  #failed: string | undefined;

  constructor(clock: Pick<Clock, 'monotonic'>, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Runs the phase; its duration is kept and logged whether it succeeds or not. A phase that runs twice adds up. */
  async measure<T>(name: string, run: () => Promise<T>): Promise<T> {
    const start = this.#clock.monotonic();
    this.#last = name;
    let outcome: 'done' | 'failed' = 'failed';
    try {
      const result = await run();
      outcome = 'done';
      return result;
    } finally {
      if (outcome === 'failed') this.#failed ??= name;
      const took = Math.round(this.#clock.monotonic() - start);
      this.#millis[name] = (this.#millis[name] ?? 0) + took;
      this.#log.info(`phase ${name} ${outcome}`, { phase: name, outcome, tookMs: took });
    }
  }

  /** The phase that failed first, whatever was done about it after; or else the one begun last. */
  get last(): string {
    return this.#failed ?? this.#last;
  }

  /** Milliseconds by phase, so far. */
  get millis(): Readonly<Record<string, number>> {
    return { ...this.#millis };
  }
}
