/** The time that every part of the simulated cloud reads. */
export interface Clock {
  /** milliseconds since the epoch, possibly with a fraction */
  now(): number;
  setTimeout(fn: () => void, ms: number): { cancel(): void };
}

/** Real time, finer than a millisecond so that two calls in one millisecond keep their order; never steps back. */
export const realClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  setTimeout(fn, ms) {
    const timer = setTimeout(fn, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

/**
 * Time that stands still until a test moves it. Starts at the real time, because signed requests carry the client's own
 * clock and are refused when the two differ by five minutes.
 */
export class ManualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<{ at: number; order: number; fn: () => void }>();

  constructor(start: number = Date.now()) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(fn: () => void, ms: number): { cancel(): void } {
    this.#order += 1;
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order, fn };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Moves time on by `ms`, running what falls due on the way at its own time and in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.at);
      timer.fn();
    }
    this.#now = end;
  }

  #next(end: number) {
    return [...this.#timers].filter((t) => t.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}

/** Resolves after `ms` of the clock's time; at once when `ms` is not positive. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve) => void clock.setTimeout(resolve, ms));
}
