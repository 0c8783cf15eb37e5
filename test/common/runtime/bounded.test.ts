import { test } from 'tap';
import { bounded } from '../../../common/runtime/bounded.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';

const signal = new AbortController().signal;

test('works on as many at a time as it may, and gives the results in the order of the items', async (t) => {
  const clock = new ManualClock();
  let most = 0;
  let now = 0;
  const results = await bounded(signal, [30, 10, 20, 5, 40], 2, async (ms, joined) => {
    now += 1;
    most = Math.max(most, now);
    await clock.sleep(ms, { signal: joined });
    now -= 1;
    return ms * 2;
  });
  t.strictSame(results, [60, 20, 40, 10, 80]);
  t.equal(most, 2);
  t.strictSame(await bounded(signal, [], 2, async () => 1), []);
});

test('begins nothing after a failure, and tells that one', async (t) => {
  const begun: number[] = [];
  const failing = bounded(signal, [2, 1, 3, 4], 2, async (item, joined) => {
    begun.push(item);
    if (item === 1) throw new Error('first');
    await new Promise((resolve) => joined.addEventListener('abort', resolve, { once: true }));
  });
  await t.rejects(failing, { message: 'first' });
  t.strictSame(begun, [2, 1]);
});

test('rejects when it is cancelled, also where the calls do not look at their signal', async (t) => {
  const controller = new AbortController();
  const cancelled = bounded(controller.signal, [1, 2, 3], 1, async () => controller.abort('enough'));
  await t.rejects(cancelled, { code: 'FC-CLM-005', cause: 'enough' });
});
