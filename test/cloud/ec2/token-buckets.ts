import type { Clock } from '../clock.ts';

interface Limit {
  readonly size: number;
  readonly refillPerSecond: number;
}

/** Operations with a bucket of their own; they share none with their class (EC2 API reference, "Request throttling"). */
const ownLimits: Readonly<Record<string, Limit>> = {
  AssignPrivateIpAddresses: { size: 100, refillPerSecond: 5 },
  UnassignPrivateIpAddresses: { size: 100, refillPerSecond: 5 },
  CreateNetworkInterface: { size: 100, refillPerSecond: 5 },
  CreateVolume: { size: 100, refillPerSecond: 5 },
  CreateTags: { size: 100, refillPerSecond: 10 },
  CreateSubnetCidrReservation: { size: 5, refillPerSecond: 1 },
};

const classLimits = {
  describe: { size: 100, refillPerSecond: 20 },
  'describe-all': { size: 50, refillPerSecond: 10 },
  mutating: { size: 50, refillPerSecond: 5 },
} as const;

/**
 * EC2's request rate limits: a token bucket for each operation, or class of operations, of the whole account and region.
 * So other software in the account uses up the same tokens: `consume` plays it.
 */
export class TokenBuckets {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one token for the call; false when there is none, and then it takes none. */
  admit(operation: string, filtered: boolean): boolean {
    const bucket = this.#bucket(operation, filtered);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** Another tenant of the account makes so many calls; what is beyond the bucket would have been refused to it. */
  consume(operation: string, calls: number, filtered = true): void {
    const bucket = this.#bucket(operation, filtered);
    bucket.tokens = Math.max(0, bucket.tokens - calls);
  }

  #bucket(operation: string, filtered: boolean): { tokens: number } {
    const own = Object.hasOwn(ownLimits, operation) ? ownLimits[operation] : undefined;
    const name = own ? operation : classOf(operation, filtered);
    const limit = own ?? classLimits[classOf(operation, filtered)];
    const now = this.#clock.now();
    const bucket = this.#buckets.get(name) ?? { tokens: limit.size, at: now };
    bucket.tokens = Math.min(limit.size, bucket.tokens + ((now - bucket.at) / 1000) * limit.refillPerSecond);
    bucket.at = now;
    this.#buckets.set(name, bucket);
    return bucket;
  }
}

function classOf(operation: string, filtered: boolean): keyof typeof classLimits {
  if (!/^(Describe|Get)/.test(operation)) return 'mutating';
  return filtered ? 'describe' : 'describe-all';
}
