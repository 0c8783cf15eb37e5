import fc from 'fast-check';
import { test } from 'tap';
import { FirecampError, InterruptedError, RequestFailedError } from '../../../common/domain/errors.ts';
import { backoffMs, pollUntil, type RetryPolicy, retryTransient } from '../../../common/runtime/retry.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';

const policy: RetryPolicy = { firstDelayMs: 100, maxDelayMs: 1000, totalMs: 5000 };

function context(signal = new AbortController().signal) {
  return { clock: new ManualClock(), signal, random: () => 0.5 };
}

const busy = (parts: { transient?: boolean; retryAfterSeconds?: number } = {}) =>
  new RequestFailedError('FC-AWS-002', 'slow down', { effect: 'none', transient: true, ...parts });

test('a wait is never more than the cap and never less than half of what it would be without jitter', async () => {
  const random = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), random, (attempt, jitter) => {
      const wait = backoffMs(policy, attempt, () => jitter);
      const whole = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (attempt - 1));
      return wait >= whole / 2 && wait <= whole;
    }),
  );
});

test('tries again while a failure is transient, and gives the answer', async (t) => {
  const calls: number[] = [];
  const result = await retryTransient(
    async (attempt) => {
      calls.push(attempt);
      if (attempt < 3) throw busy();
      return 'answer';
    },
    policy,
    context(),
  );
  t.equal(result, 'answer');
  t.strictSame(calls, [1, 2, 3]);
});

test('the same failure twice is two failures', async (t) => {
  const error = busy();
  const call = async (attempt: number) => (attempt < 3 ? Promise.reject(error) : 'answer');
  t.equal(await retryTransient(call, policy, context()), 'answer');
});

test('a definite failure comes out at once', async (t) => {
  for (const error of [
    busy({ transient: false }),
    new FirecampError('FC-REC-001', 'absent'),
    new TypeError('a fault'),
  ]) {
    let calls = 0;
    const failing = async () => {
      calls++;
      throw error;
    };
    await t.rejects(retryTransient(failing, policy, context()), error);
    t.equal(calls, 1);
  }
});

test('gives up with the last failure before its time is over, and not after', async (t) => {
  const at = context();
  const failing = async () => {
    throw busy();
  };
  await t.rejects(retryTransient(failing, policy, at), { code: 'FC-AWS-002' });
  t.ok(at.clock.monotonic() <= policy.totalMs && at.clock.monotonic() > policy.totalMs - policy.maxDelayMs);
});

test('waits as long as the other side asks, and does not wait in vain when that is longer than it has', async (t) => {
  const at = context();
  await retryTransient(
    async (attempt) => {
      if (attempt === 1) throw busy({ retryAfterSeconds: 3 });
    },
    policy,
    at,
  );
  t.equal(at.clock.monotonic(), 3000);

  const impatient = context();
  const failing = async () => {
    throw busy({ retryAfterSeconds: 6 });
  };
  await t.rejects(retryTransient(failing, policy, impatient), { code: 'FC-AWS-002' });
  t.equal(impatient.clock.monotonic(), 0);
});

test('a cancelled wait rejects as interrupted, with the reason as its cause, and nothing is tried again', async (t) => {
  const controller = new AbortController();
  let calls = 0;
  const failing = async () => {
    calls++;
    controller.abort('SIGTERM');
    throw busy();
  };
  await t.rejects(retryTransient(failing, policy, context(controller.signal)), {
    code: 'FC-CLM-005',
    cause: 'SIGTERM',
  });
  t.equal(calls, 1);
});

test('what is cancelled after a failure says which one it would have tried again after', async (t) => {
  const interrupted = async (attempt: number): Promise<string> => {
    throw attempt === 1 ? busy() : new InterruptedError('calling', 'over');
  };
  const message = 'Interrupted while trying again after this failure: slow down.';
  await t.rejects(retryTransient(interrupted, policy, context()), { code: 'FC-CLM-005', message, cause: 'over' });
});

test('polls until there is a value, even a falsy one', async (t) => {
  const probe = async (attempt: number) => (attempt < 4 ? undefined : 0);
  t.equal(await pollUntil(probe, () => '', policy, context()), 0);
});

test('ends a poll in vain with what was waited for, and a failing probe at once', async (t) => {
  await t.rejects(
    pollUntil(
      async () => undefined,
      () => 'still PENDING',
      policy,
      context(),
    ),
    {
      code: 'FC-CLM-006',
      message: 'still PENDING',
    },
  );
  const failing = async () => {
    throw busy();
  };
  await t.rejects(
    pollUntil(failing, () => '', policy, context()),
    { code: 'FC-AWS-002' },
  );
});
