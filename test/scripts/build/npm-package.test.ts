import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'tap';
import { version } from '../../../common/runtime/version.ts';
import { kubeBinaries } from '../../../scripts/rig/kube-binaries.ts';
import { needs } from '../../../scripts/rig/requirements.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');
const run = promisify(execFile);

test('the npm package installs firecamp and kubectl-firecamp, which kubectl finds, without network and without any dependency', async (t) => {
  t.setTimeout(300_000);
  const cwd = t.testdir();
  const { stdout: packed } = await run('npm', ['pack', '--silent', '--pack-destination', cwd], { cwd: root });
  const tarball = join(cwd, packed.trim().split('\n').at(-1) ?? '');
  const { stdout: content } = await run('tar', ['tzf', tarball]);
  t.strictSame(content.trim().split('\n').sort(), [
    'package/LICENSE',
    'package/README.md',
    'package/dist/firecamp.cjs',
    'package/package.json',
  ]);
  const quiet = ['--offline', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--no-save'];
  await run('npm', ['install', '--prefix', cwd, ...quiet, tarball], { cwd });
  for (const name of ['firecamp', 'kubectl-firecamp']) {
    const { stdout } = await run(join(cwd, 'node_modules', '.bin', name), ['--version'], { cwd });
    t.equal(stdout, `${version}\n`, name);
  }
  if (!(await needs(t, 'kubectl'))) return;
  const [kubectl] = await kubeBinaries('kubectl');
  const env = { PATH: `${join(cwd, 'node_modules', '.bin')}:${process.env['PATH']}`, HOME: cwd };
  t.equal((await run(kubectl, ['firecamp', '--version'], { cwd, env })).stdout, `${version}\n`, 'kubectl firecamp');
});
