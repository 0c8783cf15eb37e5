import t from 'tap';
import { type Call, CallLog } from './call-log.ts';

/** Begins and ends calls in the order given: 'a' begins a, '-a' ends it. */
function logged(...steps: string[]): CallLog {
  const log = new CallLog();
  const open = new Map<string, Call>();
  for (const step of steps) {
    const call = open.get(step.slice(1));
    if (step.startsWith('-') && call) log.end(call, 0);
    else open.set(step, log.begin({ service: 'ec2', operation: step, params: {}, body: '', receivedAt: 0 }));
  }
  return log;
}

const chain = (log: CallLog) => log.longestChain().map((call) => call.operation);

t.test('takes calls side by side as one link of the chain', async (test) => {
  test.equal(chain(logged('a', 'b', '-a', '-b')).length, 1);
  test.strictSame(chain(logged('a', '-a', 'b', '-b')), ['a', 'b']);
});

t.test('finds the longest chain beside a long call that overlaps all of it', async (test) => {
  test.strictSame(chain(logged('long', 'a', '-a', 'b', '-b', 'c', '-long', '-c')), ['a', 'b', 'c']);
});

t.test('lets a call without an end only be the last', async (test) => {
  test.strictSame(chain(logged('a', '-a', 'hung', 'b', '-b')), ['a', 'b']);
  test.strictSame(chain(logged('a', '-a', 'hung')), ['a', 'hung']);
});

t.test('counts only the calls asked for, and forgets all when told to', async (test) => {
  const log = logged('a', '-a', 'b', '-b');
  test.equal(log.longestChain((call) => call.operation === 'b').length, 1);
  test.strictSame(
    log.of('ec2', 'a').map((call) => call.id),
    [1],
  );
  log.clear();
  test.strictSame(log.all(), []);
});
