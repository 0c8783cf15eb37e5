import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'tap';
import { percentile } from '../../../scripts/acceptance/measures/measure.ts';
import { readOptions } from '../../../scripts/acceptance/options.ts';

const page = resolve(import.meta.dirname, '..', '..', '..', 'docs', 'how-to', 'accept-on-aws.md');

/** The arguments of every call of the script in the page. */
function documentedCalls(): string[][] {
  const calls = [...readFileSync(page, 'utf8').matchAll(/^(?:sudo -E )?npm run acceptance -- (.*)$/gm)];
  return calls.map(([, args = '']) => args.split(/\s+/));
}

test('every call of the acceptance in its page is one that it takes', async (t) => {
  const calls = documentedCalls();
  t.equal(calls.length, 5);
  t.strictSame(
    calls.map((args) => readOptions(args).do),
    ['run', 'run', 'run', 'clean', 'iam'],
  );
});

test('wrong arguments are all told at once', async (t) => {
  t.throws(() => readOptions(['--subnet', 'x', '--interface', 'eth0', '--changes', '0']), {
    message: /--subnet: .*\n--interface eth0: .*\n--changes 0: /,
  });
  t.throws(() => readOptions(['--parts', 'claims']), { message: /--subnet: .*\n--parts claims: wants --interface/ });
  t.throws(() => readOptions(['--clean', 'all']), { message: /eight hex digits/ });
  t.throws(() => readOptions(['--bogus']), { message: /--bogus/ });
});

test('percentiles are durations that were measured', async (t) => {
  const millis = [40, 10, 30, 20];
  t.strictSame(
    [0, 0.5, 0.51, 0.99, 1].map((share) => percentile(millis, share)),
    [10, 20, 30, 40, 40],
  );
  t.equal(percentile([], 0.5), undefined);
});
