import { TokenBucket } from './token-bucket.ts';

export interface Bucket {
  readonly size: number;
  /** tokens a second */
  readonly refill: number;
}

/** Limits of an account; what is left out is not limited. */
export interface RateLimits {
  /** all requests together */
  readonly account?: Bucket;
  /** requests of one operation; `default` is for those not named */
  readonly operations?: Readonly<Record<string, Bucket>>;
}

/**
 * Since July 30, 2026: a bucket for the account and one for each operation, and a request needs a token of both.
 * Source: Route 53 Developer Guide, "Throttling for Amazon Route 53 API requests". The limit on changes a second of
 * the same page is not simulated.
 */
export const PUBLISHED_LIMITS: RateLimits = {
  account: { size: 50, refill: 10 },
  operations: {
    default: { size: 50, refill: 10 },
    AssociateVPCWithHostedZone: { size: 20, refill: 5 },
    DisassociateVPCFromHostedZone: { size: 10, refill: 5 },
    CreateHostedZone: { size: 40, refill: 2 },
    DeleteHostedZone: { size: 40, refill: 5 },
  },
};

/** Five requests a second for the account, as it was until July 2026 (the same guide, "Quotas", before). */
export const FORMER_LIMITS: RateLimits = { account: { size: 5, refill: 5 } };

/** Decides whether a request may go on, and counts it if it may. */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  /** True when a bucket that the request needs is empty; otherwise a token of each is spent. `now` in ms. */
  refuses(operation: string, now: number): boolean {
    const { account, operations } = this.#limits;
    const own = operations?.[operation] ?? operations?.['default'];
    const needed = [this.#bucket('account', account, now), this.#bucket(`operation ${operation}`, own, now)];
    const present = needed.filter((bucket) => bucket !== undefined);
    if (present.some((bucket) => !bucket.has(1, now))) return true;
    for (const bucket of present) bucket.take(1, now);
    return false;
  }

  #bucket(key: string, limit: Bucket | undefined, now: number): TokenBucket | undefined {
    if (limit === undefined) return undefined;
    const known = this.#buckets.get(key) ?? new TokenBucket(limit.size, limit.refill, now);
    this.#buckets.set(key, known);
    return known;
  }
}
