/** Time, so that tests and the explorer can own it. */
export interface Clock {
  /** Milliseconds since 1970: for records and people. */
  wall(): number;
  /** Milliseconds that never jump: for deadlines and durations. */
  monotonic(): number;
  /** Waits; rejects with `InterruptedError` when the signal aborts first. */
  sleep(ms: number, options: { readonly signal: AbortSignal }): Promise<void>;
}
