import { lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { removeFile, writeAtomically } from '../../../common/host/atomic-file.ts';
import { SafeDirectory } from '../../../common/host/safe-directory.ts';

const { signal } = new AbortController();

t.test('stays in the folder it opened when a symbolic link takes its place', async (t) => {
  const base = await mkdtemp(join(tmpdir(), 'safe-directory-'));
  t.teardown(() => rm(base, { recursive: true, force: true }));
  await mkdir(join(base, 'conf'));
  await mkdir(join(base, 'victim'));
  await writeFile(join(base, 'victim', 'a'), 'precious');
  await using folder = await SafeDirectory.openOrMake(join(base, 'conf'), signal);
  await rename(join(base, 'conf'), join(base, 'moved'));
  await symlink('victim', join(base, 'conf'));
  await writeAtomically(folder, { name: 'a', mode: 0o600, content: 'ours' }, signal);
  t.equal(await readFile(join(base, 'moved', 'a'), 'utf8'), 'ours');
  t.equal(String((await folder.read('a', 100))?.content), 'ours');
  await removeFile(folder, 'a', signal);
  t.same(await readdir(join(base, 'moved')), []);
  t.equal(await readFile(join(base, 'victim', 'a'), 'utf8'), 'precious');
});

t.test('closes its descriptor', async (t) => {
  const base = await mkdtemp(join(tmpdir(), 'safe-directory-'));
  t.teardown(() => rm(base, { recursive: true, force: true }));
  const before = (await readdir('/proc/self/fd')).length;
  for (let turn = 0; turn < 20; turn++) {
    await using folder = await SafeDirectory.open(base);
    await folder.read('missing', 100);
  }
  t.ok((await readdir('/proc/self/fd')).length <= before + 1);
});

t.test('removes temporary files of other names only when they are too old to be a write that goes on', async (t) => {
  const base = await mkdtemp(join(tmpdir(), 'safe-directory-'));
  t.teardown(() => rm(base, { recursive: true, force: true }));
  const old = '.b.firecamp-tmp-0123456789abcdef';
  const young = '.c.firecamp-tmp-0123456789abcdef';
  for (const name of [old, young]) await writeFile(join(base, name), '');
  const hourAgo = new Date(Date.now() - 3_600_000);
  await utimes(join(base, old), hourAgo, hourAgo);
  await using folder = await SafeDirectory.open(base);
  await writeAtomically(folder, { name: 'a', mode: 0o600, content: '' }, signal);
  t.same((await readdir(base)).sort(), [young, 'a'].sort());
  t.ok((await lstat(join(base, 'a'))).isFile());
});

t.test('gives up a write that is cancelled in the middle, and leaves nothing of it', async (t) => {
  const base = await mkdtemp(join(tmpdir(), 'safe-directory-'));
  t.teardown(() => rm(base, { recursive: true, force: true }));
  await using folder = await SafeDirectory.open(base);
  await writeAtomically(folder, { name: 'a', mode: 0o600, content: 'old' }, signal);
  const controller = new AbortController();
  const file = { name: 'a', mode: 0o600, content: 'x'.repeat(4_000_000) };
  const writing = writeAtomically(folder, file, controller.signal);
  controller.abort(new Error('ended'));
  await t.rejects(writing, { code: 'FC-CLM-005' });
  t.same(await readdir(base), ['a']);
  t.equal(await readFile(join(base, 'a'), 'utf8'), 'old');
});
