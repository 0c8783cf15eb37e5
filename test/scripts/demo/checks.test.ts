import t from 'tap';
import { Checks, verdict } from '../../../scripts/demo/checks.ts';
import { styles } from '../../../scripts/demo/terminal.ts';

function judge(checks: Checks, whole: boolean) {
  const lines: string[] = [];
  const code = verdict({ print: (line = '') => void lines.push(line), style: styles(false) }, checks, whole);
  return { code, lines };
}

t.test('one thing that is not true makes the exit code 1, and is told with what was found', (t) => {
  const checks = new Checks();
  checks.expect('EC2 has the address on node-2', false, { holder: 'node-1' });
  checks.expect('the record says so', true, 'whatever');
  t.same(judge(checks, true), {
    code: 1,
    lines: ['', 'Not true: EC2 has the address on node-2: found {"holder":"node-1"}'],
  });
  t.end();
});

t.test('when all is true the exit code is 0, and a part that was not done is no failure but said', (t) => {
  const checks = new Checks();
  checks.expect('it is so', true);
  t.same(judge(checks, true), { code: 0, lines: ['', 'All 1 checks of what was shown hold.'] });
  t.same(judge(checks, false), {
    code: 0,
    lines: ['', 'All 1 checks of what was shown hold; the rest was not done.'],
  });
  t.end();
});
