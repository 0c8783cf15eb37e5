import fc from 'fast-check';
import { test } from 'tap';
import { createLogger } from '../../../common/runtime/logger.ts';
import { redact, redactText } from '../../../common/runtime/redact.ts';

const upper = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
const base64url = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_'];
const of = (letters: readonly string[], minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom(...letters), { minLength, maxLength }).map((parts) => parts.join(''));

const keyId = fc.tuple(fc.constantFrom('AKIA', 'ASIA'), of(upper, 16, 16)).map(([kind, rest]) => kind + rest);
const word = of(base64url, 8, 40);
const jwt = fc.tuple(word, word, word).map(([header, payload, signature]) => `eyJ${header}.${payload}.${signature}`);
/** What stands around a secret: anything that could not be part of it. */
const around = fc.constantFrom(' ', '"', "'", '\n', ', ', ': ', '(', ')', '=', '{"x":"', '&', '');
const surrounded = (secret: fc.Arbitrary<string>) =>
  fc.tuple(
    around,
    secret,
    around.filter((text) => text !== ''),
  );

test('never lets an access key id or a JSON web token through, whatever stands around it', async () => {
  fc.assert(
    fc.property(surrounded(fc.oneof(keyId, jwt)), ([before, secret, after]) => {
      return !redactText(before + secret + after).includes(secret);
    }),
  );
});

test('never lets a bearer token, a signature or the token of a presigned request through', async () => {
  const prefix = fc.constantFrom('Authorization: Bearer ', 'bearer  ', 'X-Amz-Signature=', 'X-Amz-Security-Token=');
  fc.assert(
    fc.property(prefix, word, around, (before, secret, after) => !redactText(before + secret + after).includes(secret)),
  );
});

test('never lets a value through whose name says that it is secret, at any depth', async () => {
  const name = fc.constantFrom(
    'secretAccessKey',
    'SessionToken',
    'password',
    'Authorization',
    'private_key',
    'credentials',
  );
  const value = fc.oneof(fc.string({ minLength: 12 }), fc.array(fc.string({ minLength: 12 }), { minLength: 1 }));
  fc.assert(
    fc.property(name, value, (key, secret) => {
      const text = JSON.stringify(redact({ outer: [{ [key]: secret }] }));
      return text === JSON.stringify({ outer: [{ [key]: '[redacted]' }] });
    }),
  );
});

test('leaves what is no secret as it is: addresses, ids, numbers and nothing', async (t) => {
  const facts = { ip: '10.0.1.21', eni: 'eni-0123456789abcdef0', epoch: 7, gone: undefined, none: null, ok: true };
  t.strictSame(redact(facts), facts);
});

test('makes bigints and errors printable, and cleans the messages of errors', async (t) => {
  t.strictSame(redact({ revision: 12n, error: new Error('refused AKIAABCDEFGHIJKLMNOP') }), {
    revision: '12',
    error: 'refused [redacted]',
  });
});

test('a logger redacts message and fields alike, in both forms, and drops what is below its level', async (t) => {
  for (const format of ['json', 'text'] as const) {
    const lines: string[] = [];
    const options = { write: (line: string) => void lines.push(line), format, now: () => new Date(0) };
    const log = createLogger({ ...options, level: 'info' }).with({ password: 'hunter2hunter2' });
    log.debug('not shown');
    log.warn('as AKIAABCDEFGHIJKLMNOP', { ip: '10.0.1.21', reply: 'Bearer abcdefgh' });
    t.equal(lines.length, 1);
    t.notMatch(lines[0], /AKIA|hunter2|abcdefgh|not shown/);
    t.match(lines[0], /10\.0\.1\.21/);
    t.ok(lines[0]?.endsWith('\n'));
  }
});

test('a JSON line has time, level and message first and is one line whatever it says', async (t) => {
  const lines: string[] = [];
  const log = createLogger({
    write: (line) => void lines.push(line),
    format: 'json',
    level: 'debug',
    now: () => new Date(0),
  });
  log.info('two\nlines', { why: 'a\nb' });
  t.equal(lines[0], '{"time":"1970-01-01T00:00:00.000Z","level":"info","msg":"two\\nlines","why":"a\\nb"}\n');
});

test('a plain line is the message alone, redacted, with a warning named so', async (t) => {
  const lines: string[] = [];
  const options = { write: (line: string) => void lines.push(line), format: 'plain', now: () => new Date(0) } as const;
  const log = createLogger({ ...options, level: 'info' });
  log.warn('few nodes, AKIAABCDEFGHIJKLMNOP', { nodes: 1 });
  log.info('so it goes');
  t.strictSame(lines, ['warning: few nodes, [redacted]\n', 'info: so it goes\n']);
});
