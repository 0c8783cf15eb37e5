import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'tap';
import { makeOnce } from '../../../scripts/rig/cache.ts';

test('makes a thing once although several ask for it at the same time', async (t) => {
  const target = join(t.testdir(), 'deep', 'thing');
  let builds = 0;
  const build = async (folder: string) => {
    builds++;
    await writeFile(join(folder, 'made'), 'whole');
    return join(folder, 'made');
  };
  t.strictSame(await Promise.all([makeOnce(target, build), makeOnce(target, build), makeOnce(target, build)]), [
    target,
    target,
    target,
  ]);
  t.equal(builds, 1);
  t.equal(await readFile(target, 'utf8'), 'whole');
  t.strictSame(await readdir(dirname(target)), ['thing'], 'nothing temporary is left');
});

test('leaves nothing behind when making fails, so that the next one makes it', async (t) => {
  const target = join(t.testdir(), 'thing');
  const failing = makeOnce(target, async (folder) => {
    await writeFile(join(folder, 'half'), '');
    throw new Error('compiler ended');
  });
  await t.rejects(failing, { message: 'compiler ended' });
  t.strictSame(await readdir(dirname(target)), []);
  await makeOnce(target, async (folder) => {
    await writeFile(join(folder, 'whole'), '');
    return folder;
  });
  await t.resolves(access(join(target, 'whole')));
});
