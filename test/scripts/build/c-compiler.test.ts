import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { findCompiler, NoCompilerError } from '../../../scripts/build/c-compiler.ts';
import { rejectionOf } from '../../rejection.ts';

t.test('takes what CC names, with its arguments', async (t) => {
  const dir = t.testdir({ zig: '#!/bin/sh\n[ "$*" = "cc -target aarch64-linux-musl --version" ]\n' });
  const zig = join(dir, 'zig');
  await chmod(zig, 0o755);
  t.strictSame(await findCompiler(`${zig} cc  -target aarch64-linux-musl`), [
    zig,
    'cc',
    '-target',
    'aarch64-linux-musl',
  ]);
});

t.test('does not pass over a CC that is set and does not run', async (t) => {
  const error = await rejectionOf(findCompiler('/nowhere/cc'));
  t.ok(error instanceof NoCompilerError);
  t.match(error, { code: 'NO_C_COMPILER', message: /tried \/nowhere\/cc.*gcc and libc6-dev/ });
});

t.test('finds one on the path when CC is not set', async (t) => {
  t.match(await findCompiler(undefined), [/^(cc|gcc|clang|zig|python3)$/]);
  t.match(await findCompiler(' '), [/^(cc|gcc|clang|zig|python3)$/]);
});
