import { test } from 'tap';
import { exitCodeOf } from '../../../orchestrator/commands/doctor.ts';
import type { CheckResult } from '../../../orchestrator/doctor/check-report.ts';
import { skewWarnings } from '../../../orchestrator/status/images-in-use.ts';

const codes = (failOn: 'warn' | 'unknown' | 'fail' | 'none') =>
  (['pass', 'skip', 'warn', 'unknown', 'fail'] as const).map((result: CheckResult) =>
    exitCodeOf([{ result: 'pass' }, { result }], failOn),
  );

test('doctor exits with 1 at --fail-on or worse, and with 3 for what could not be found out, unless nothing counts', async (t) => {
  t.strictSame(codes('fail'), [0, 0, 0, 3, 1]);
  t.strictSame(codes('unknown'), [0, 0, 0, 1, 1]);
  t.strictSame(codes('warn'), [0, 0, 1, 1, 1]);
  t.strictSame(codes('none'), [0, 0, 0, 0, 0]);
});

test('version warns of images of another release, and says what brings them to this one', async (t) => {
  const images = [
    { image: 'cloudstax/firecamp-initcontainer:1.2.0', services: ['a/redis'] },
    { image: 'localhost:5000/x/firecamp-stopcontainer:1.1.0@sha256:00', services: ['a/redis', 'b/zk'] },
  ];
  const [warning, ...more] = skewWarnings('1.2.0', images);
  t.strictSame(more, []);
  t.match(
    warning,
    /^a\/redis, b\/zk run localhost:5000\/\S+, this is 1\.2\.0: firecamp update SERVICE --release-version 1\.2\.0/,
  );
  const [own] = skewWarnings('1.2.0', [{ image: 'x/firecamp-initcontainer:1.1.0', services: ['a/redis'] }]);
  t.match(own, /: firecamp update redis -n a --release-version 1\.2\.0 --restart$/);
});
