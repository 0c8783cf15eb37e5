import { test } from 'tap';
import { countTap, summaryLine } from '../../../scripts/test/tap-counts.ts';
import { TapReport } from '../../../scripts/test/tap-report.ts';

const run = `TAP version 14
# Subtest: test/a.test.ts
    # Subtest: adds
        ok 1 - one
        not ok 2 - two
          ---
          found: 3
          ...
        1..2
    not ok 1 - adds # time=2ms
    ok 2 - alone
    1..2
not ok 1 - test/a.test.ts # time=1500ms
ok 2 - test/b.test.ts # SKIP left out: b: no java
ok 3 - test/c.test.ts # time=1ms
1..3`.split('\n');

test('counts each assertion once, whatever subtests sum it up, and names what was left out', async (t) => {
  const counts = countTap(run);
  t.same(counts, { passed: 3, failed: 1, leftOut: ['b: no java'] });
  t.equal(summaryLine(counts), '3 passed, 1 failed');
});

test('prints a line a file, and of a failed file what failed, with its diagnostics', async (t) => {
  const lines: string[] = [];
  const report = new TapReport((line) => lines.push(line));
  for (const line of run) report.take(line);
  const text = lines.join('\n');
  t.match(text, /FAILED {2}test\/a\.test\.ts {2}1\.5 s/);
  t.match(text, /not ok 2 - two[\s\S]*found: 3/);
  t.notMatch(text, /ok 1 - one/);
  t.match(text, /ok {2}test\/b\.test\.ts {2}left out: b: no java/);
});
