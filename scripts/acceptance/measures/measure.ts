/** Durations of one thing, in milliseconds. */
export interface Measure {
  readonly what: string;
  readonly millis: readonly number[];
  /** How often it had not come about when the longest wait was over; these are not among the durations. */
  readonly tooLate: number;
}

/** The smallest duration that this share of all, from 0 to 1, does not exceed (nearest rank); undefined of none. */
export function percentile(millis: readonly number[], share: number): number | undefined {
  const sorted = [...millis].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Collects durations by what they are of. */
export class Stopwatch {
  readonly #millis = new Map<string, number[]>();
  readonly #tooLate = new Map<string, number>();

  /** @param took undefined: it had not come about when the longest wait was over */
  note(what: string, took: number | undefined): void {
    const millis = this.#millis.get(what) ?? [];
    this.#millis.set(what, millis);
    if (took === undefined) this.#tooLate.set(what, (this.#tooLate.get(what) ?? 0) + 1);
    else millis.push(took);
  }

  /** Everything so far, in the order in which it was first noted. */
  measures(): Measure[] {
    return [...this.#millis].map(([what, millis]) => ({ what, millis, tooLate: this.#tooLate.get(what) ?? 0 }));
  }
}
