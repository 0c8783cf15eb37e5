import { test } from 'tap';
import { RequestFailedError } from '../../common/domain/errors.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { paced } from '../../orchestrator/paced.ts';
import { realClock } from '../cloud/clock.ts';
import { TokenBuckets } from '../cloud/ec2/token-buckets.ts';
import { ManualClock } from '../fakes/manual-clock.ts';

/** The same numbers each time, spread well enough. */
function seeded(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test('hundreds of calls out of a bucket of tokens are all let through, and few are sent in vain', async (t) => {
  const clock = new ManualClock();
  const buckets = new TokenBuckets({ ...realClock, now: () => clock.wall() });
  const { signal } = new AbortController();
  const pace = paced({ clock, random: seeded() });
  let sent = 0;
  await bounded(signal, Array.from({ length: 400 }), 8, () =>
    pace(signal, async () => {
      sent += 1;
      await clock.sleep(50, { signal });
      if (buckets.admit('CreateVolume', true)) return;
      throw new RequestFailedError('FC-AWS-002', 'Request limit exceeded.', { effect: 'none', transient: true });
    }),
  );
  // The bucket gives 100 at once and then five a second.
  const least = (400 - 100) * 200;
  t.ok(clock.monotonic() < least * 1.6, `${clock.monotonic()} ms, at least ${least}`);
  t.ok(sent < 400 * 1.6, `${sent} calls for 400`);
});
