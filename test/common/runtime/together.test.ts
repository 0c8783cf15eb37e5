import { test } from 'tap';
import { deadlineAfter, withinDeadline } from '../../../common/runtime/deadline.ts';
import { PhaseTimer } from '../../../common/runtime/phase-timer.ts';
import { systemClock } from '../../../common/runtime/system-clock.ts';
import { together } from '../../../common/runtime/together.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryLog } from '../../fakes/memory-log.ts';

const signal = new AbortController().signal;

test('runs side by side and gives the results in the order of the calls', async (t) => {
  const clock = new ManualClock();
  const after = (ms: number) => async (joined: AbortSignal) => {
    await clock.sleep(ms, { signal: joined });
    return ms;
  };
  t.strictSame(await together(signal, [after(30), after(10), after(20)]), [30, 10, 20]);
  t.equal(clock.monotonic(), 30);
});

test('when one call fails the others are cancelled and waited for before the failure comes out', async (t) => {
  const events: string[] = [];
  const failing = async () => {
    throw new Error('first');
  };
  const tidying = async (joined: AbortSignal) => {
    await new Promise((resolve) => joined.addEventListener('abort', resolve, { once: true }));
    await Promise.resolve();
    events.push('tidied');
    throw new Error('second, a consequence');
  };
  await t.rejects(together(signal, [tidying, failing]), { message: 'first' });
  t.strictSame(events, ['tidied']);
});

test('a cancelled wait of the machine’s clock rejects as interrupted, before and in the middle', async (t) => {
  const controller = new AbortController();
  const waiting = systemClock.sleep(60_000, { signal: controller.signal });
  controller.abort('enough');
  await t.rejects(waiting, { code: 'FC-CLM-005', cause: 'enough' });
  await t.rejects(systemClock.sleep(60_000, { signal: controller.signal }), { code: 'FC-CLM-005', cause: 'enough' });
});

test('a deadline aborts when its time is over, and never once it was disposed of', async (t) => {
  const clock = new ManualClock();
  const kept = deadlineAfter(clock, 50, 'reading');
  const disposed = deadlineAfter(clock, 50, 'reading');
  disposed[Symbol.dispose]();
  await clock.sleep(100, { signal });
  t.equal(kept.signal.aborted, true);
  t.equal(disposed.signal.aborted, false);
});

test('running out of time is told from other failures', async (t) => {
  const clock = new ManualClock();
  const slow = (ms: number) => (joined: AbortSignal) => clock.sleep(ms, { signal: joined });
  await t.rejects(withinDeadline(clock, 2000, 'Reading', slow(3000)), {
    code: 'FC-CLM-006',
    message: 'Reading took longer than 2 s.',
  });
  await t.resolves(withinDeadline(clock, 2000, 'Reading', slow(1000)));
  const failing = async () => {
    throw new Error('another fault');
  };
  await t.rejects(withinDeadline(clock, 2000, 'Reading', failing), { message: 'another fault' });
});

test('phases add up by name, are logged as they end, and the first that failed is remembered', async (t) => {
  const clock = new ManualClock();
  const log = new MemoryLog();
  const timer = new PhaseTimer(clock, log);
  const take = (ms: number) => () => clock.sleep(ms, { signal });
  await timer.measure('assign', take(100));
  await timer.measure('confirm', take(30));
  await timer.measure('assign', take(50));
  t.strictSame(timer.millis, { assign: 150, confirm: 30 });
  t.equal(timer.last, 'assign');
  const failing = async () => {
    throw new Error('no');
  };
  await t.rejects(timer.measure('host', failing), { message: 'no' });
  await timer.measure('abandon', take(1));
  t.equal(timer.last, 'host');
  t.match(log.lines[3], { fields: { phase: 'host', outcome: 'failed', tookMs: 0 } });
});
