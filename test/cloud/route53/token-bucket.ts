/** A token bucket: a burst, and a steady rate. Reads the clock when asked. */
export class TokenBucket {
  readonly #size: number;
  readonly #perSecond: number;
  #tokens: number;
  #at: number;

  constructor(size: number, perSecond: number, now: number) {
    this.#size = size;
    this.#perSecond = perSecond;
    this.#tokens = size;
    this.#at = now;
  }

  /** Has it that many tokens at `now` (ms)? */
  has(count: number, now: number): boolean {
    this.#refill(now);
    return this.#tokens >= count;
  }

  take(count: number, now: number): void {
    this.#refill(now);
    this.#tokens -= count;
  }

  #refill(now: number): void {
    this.#tokens = Math.min(this.#size, this.#tokens + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
  }
}
