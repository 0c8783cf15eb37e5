import t from 'tap';
import { redactValue } from '../../../orchestrator/report/redact-objects.ts';
import { logFile } from '../../../orchestrator/report/report-file.ts';

t.test('takes out values whose names say that they are secrets, and leaves the others', (t) => {
  const env = [
    { name: 'MYSQL_ROOT_PASSWORD', value: 'x1' },
    { name: 'AWS_SECRET_ACCESS_KEY', value: 'x2' },
    { name: 'EMPTY_TOKEN', value: '' },
    { name: 'CLUSTER', value: 'prod' },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ];
  const args = ['--port', '6379', '--requirepass', 'x3', '--auth-token=x4', 'echo PASSWORD=x5 | run', 'server'];
  const redacted = JSON.stringify(
    redactValue({ spec: { containers: [{ env, args, command: ['sh', '-c', 'auth x6'] }] } }),
  );
  t.notMatch(redacted, /x\d/);
  for (const kept of ['prod', 'metadata.name', '6379', 'server', '"--requirepass"', '--auth-token=', '"value":""']) {
    t.match(redacted, kept);
  }
  t.end();
});

t.test('takes out of log lines what programs print of their settings, in no more time than the lines are long', (t) => {
  const lines = [
    'db.password=x1 host=a',
    '{"apiToken":"x2","user":"u"}',
    "secret: 'x3 x3'",
    'requirepass x4',
    'Authorization: Bearer x5abc',
    'key AKIAABCDEFGHIJKLMNOP',
    'a password is needed',
  ];
  const { text } = logFile('a.log', lines.join('\n'));
  t.notMatch(text, /x\d|AKIA/);
  for (const kept of ['host=a', '"user":"u"', 'a password is needed']) t.match(text, kept);
  const long = 'secretsecret'.repeat(100_000);
  t.equal(logFile('a.log', long).text, long);
  t.end();
});
