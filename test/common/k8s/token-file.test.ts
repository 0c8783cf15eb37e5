import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { TokenFile } from '../../../common/k8s/token-file.ts';

test('reads the token again after a minute, and no sooner', async (t) => {
  const file = join(t.testdir({ token: 'one\n' }), 'token');
  let now = 0;
  const tokens = new TokenFile(file, () => now);
  t.equal(await tokens.token(), 'one');
  writeFileSync(file, 'two\n');
  now = 59_999;
  t.equal(await tokens.token(), 'one');
  now = 60_000;
  t.equal(await tokens.token(), 'two');
});

test('keeps the token it has while the file cannot be read, but never invents one', async (t) => {
  const file = join(t.testdir({ token: 'one' }), 'token');
  let now = 0;
  const tokens = new TokenFile(file, () => now);
  await tokens.token();
  rmSync(file);
  now = 61_000;
  t.equal(await tokens.token(), 'one');
  await t.rejects(new TokenFile(file).token(), { code: 'ENOENT' });
});

test('says after a refusal whether the file has another token by now', async (t) => {
  const file = join(t.testdir({ token: 'one' }), 'token');
  const tokens = new TokenFile(file, () => 0);
  const used = await tokens.token();
  t.equal(await tokens.newerThan(used), undefined);
  writeFileSync(file, 'two');
  t.equal(await tokens.newerThan(used), 'two');
});
