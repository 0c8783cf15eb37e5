import { test } from 'tap';
import { PUBLISHED_LIMITS, RateLimiter } from './rate-limit.ts';

function spend(limiter: RateLimiter, operation: string, count: number, now: number): number {
  return Array.from({ length: count }, () => limiter.refuses(operation, now)).filter((refused) => !refused).length;
}

test('lets 50 requests of an account through at once, then ten a second', async (t) => {
  const limiter = new RateLimiter(PUBLISHED_LIMITS);
  t.equal(spend(limiter, 'GetChange', 30, 0) + spend(limiter, 'ListResourceRecordSets', 30, 0), 50);
  t.equal(spend(limiter, 'ListHostedZones', 5, 99), 0);
  t.equal(spend(limiter, 'ListHostedZones', 20, 1000), 10);
  t.equal(spend(limiter, 'ListHostedZones', 100, 60_000), 50, 'the bucket holds no more than its size');
});

test('keeps an operation to its own bucket, and spends nothing of the account on what it refuses', async (t) => {
  const limiter = new RateLimiter(PUBLISHED_LIMITS);
  t.equal(spend(limiter, 'CreateHostedZone', 100, 0), 40);
  t.equal(spend(limiter, 'GetChange', 100, 0), 10);
  t.equal(spend(limiter, 'CreateHostedZone', 100, 1000), 2);
});

test('refuses nothing where nothing is limited', async (t) => {
  t.equal(spend(new RateLimiter({}), 'GetChange', 1000, 0), 1000);
});
