import { InterruptedError } from '../../common/domain/errors.ts';
import type { Clock } from '../../common/ports/clock.ts';

interface Timer {
  readonly due: number;
  readonly fire: () => void;
}

/**
 * A clock of its own time: when nothing can go on without time passing, it jumps to the next timer. Whatever waits only for this clock and
 * for promises runs in no time, and in the same order every time.
 */
export class ManualClock implements Clock {
  readonly #start: number;
  #now = 0;
  #timers: Timer[] = [];
  #turning = false;

  constructor(start: Date = new Date('2026-11-22T05:00:00Z')) {
    this.#start = start.getTime();
  }

  wall(): number {
    return this.#start + this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  sleep(ms: number, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    return new Promise((resolve, reject) => {
      const interrupt = () => {
        this.#timers = this.#timers.filter((one) => one !== timer);
        reject(new InterruptedError('waiting', signal.reason));
      };
      if (signal.aborted) return reject(new InterruptedError('waiting', signal.reason));
      const timer = this.#add(ms, () => {
        signal.removeEventListener('abort', interrupt);
        resolve();
      });
      signal.addEventListener('abort', interrupt, { once: true });
    });
  }

  /** Does it when so much time has passed, if anybody still waits for time then. */
  after(ms: number, act: () => void): void {
    this.#add(ms, act);
  }

  #add(ms: number, fire: () => void): Timer {
    const timer = { due: this.#now + ms, fire };
    this.#timers.push(timer);
    this.#turn();
    return timer;
  }

  /** All promises that can settle have done so when an immediate runs; then time may pass. */
  #turn(): void {
    if (this.#turning || this.#timers.length === 0) return;
    this.#turning = true;
    setImmediate(() => {
      this.#turning = false;
      const [next] = this.#timers.toSorted((a, b) => a.due - b.due);
      if (next !== undefined) {
        this.#timers = this.#timers.filter((one) => one !== next);
        this.#now = Math.max(this.#now, next.due);
        next.fire();
      }
      this.#turn();
    });
  }
}
