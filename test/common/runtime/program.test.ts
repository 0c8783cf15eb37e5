import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { FirecampError } from '../../../common/domain/errors.ts';
import { helpText, reportFailure, writeTerminationLog } from '../../../common/runtime/program.ts';
import { configLines, readingLine, tryReading } from '../../../common/runtime/test-mode.ts';
import { claimSettings, readClaimConfig } from '../../../initcontainer/config.ts';
import { MemoryLog } from '../../fakes/memory-log.ts';
import { memberEnv } from '../../fakes/world.ts';

test('a failure is logged with code, remedy and cause, left for kubelet in one line, and told as its exit code', async (t) => {
  const file = join(t.testdir({ log: '' }), 'log');
  const log = new MemoryLog();
  const error = new FirecampError('FC-ENI-001', '10.0.1.21 is held by eni-x.', {
    fields: { holder: 'eni-x' },
    cause: new Error('below'),
  });
  t.equal(reportFailure(log, file, error), 5);
  t.match(log.lines, [
    {
      level: 'error',
      message: error.message,
      fields: { code: 'FC-ENI-001', holder: 'eni-x', cause: 'below', stack: undefined },
    },
  ]);
  t.equal(readFileSync(file, 'utf8'), `FC-ENI-001 AddressHeldByStranger: 10.0.1.21 is held by eni-x. ${error.remedy}`);
});

test('a fault of the program itself is logged with its stack', async (t) => {
  const log = new MemoryLog();
  t.equal(reportFailure(log, undefined, new TypeError('x is undefined')), 3);
  t.match(log.lines[0]?.fields, { code: 'FC-INT-001', stack: /program\.test\.ts/ });
});

test('the line for kubelet is redacted, at most 4096 bytes, and makes no file where kubelet made none', async (t) => {
  const folder = t.testdir({ log: '' });
  reportFailure(new MemoryLog(), join(folder, 'log'), new FirecampError('FC-AWS-001', 'as AKIAABCDEFGHIJKLMNOP'));
  t.notMatch(readFileSync(join(folder, 'log'), 'utf8'), /AKIA/);
  writeTerminationLog(join(folder, 'log'), 'ü'.repeat(5000));
  t.equal(readFileSync(join(folder, 'log'), 'utf8'), `${'ü'.repeat(2046)}…`, 'whole characters, 4095 bytes');
  const long = new FirecampError('FC-AWS-004', 'ü'.repeat(5000));
  reportFailure(new MemoryLog(), join(folder, 'log'), long);
  t.ok(readFileSync(join(folder, 'log')).length <= 4096);
  t.match(readFileSync(join(folder, 'log'), 'utf8'), /^FC-AWS-004 AwsRejected: ü+… Read AWS’s message above\.$/);
  writeTerminationLog(join(folder, 'absent'), 'line');
  t.equal(existsSync(join(folder, 'absent')), false);
  t.doesNotThrow(() => writeTerminationLog(folder, 'line'), 'a path that cannot be written');
});

test('help names every flag and variable, and what is allowed and taken without one', async (t) => {
  const help = helpText('usage', claimSettings);
  for (const setting of Object.values(claimSettings)) {
    if ('env' in setting) t.match(help, setting.env);
    if ('flag' in setting) t.match(help, `-${setting.flag}`);
  }
  t.match(help, /-timeout, FIRECAMP_CLAIM_TIMEOUT\n.*\n {6}a whole number from 5 to 3600; default: 180/);
  t.match(help, /-cluster, CLUSTER\n.*\n.*; required/);
});

test('TESTMODE prints every setting with its source, and names what could not be read with the reason', async (t) => {
  const resolved = readClaimConfig([], memberEnv(1));
  const lines = configLines(resolved);
  t.equal(lines.length, Object.keys(claimSettings).length);
  t.ok(lines.some((line) => /^ {2}cluster +prod +variable CLUSTER$/.test(line)));
  t.ok(lines.some((line) => /^ {2}region +\(not set\) +default$/.test(line)));
  const failed = await tryReading('holder', async () => {
    throw new FirecampError('FC-AWS-005', 'no credentials');
  });
  t.match(readingLine(failed, String), /^ {2}holder +not reached: no credentials$/);
  t.match(readingLine(await tryReading('holder', async () => 'eni-a'), String), /^ {2}holder +eni-a$/);
});
