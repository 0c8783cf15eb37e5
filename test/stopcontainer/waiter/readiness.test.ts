import { mkdir, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { eventually, makeWaiterRig, member, networkInterface, type WaiterRig } from './waiter-rig.ts';

t.jobs = 2;

async function probe(rig: WaiterRig): Promise<{ code: number | string; says: string }> {
  const waiter = rig.start({ args: ['--is-ready'] });
  return { code: await waiter.ended, says: waiter.stdout() };
}

t.test('is ready while a young file says so, and only then', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const ready = join(rig.runDir, 'ready');
  const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000);

  t.match(await probe(rig), { code: 1, says: `not ready: no ${ready}, so the member's address is not on this host\n` });
  await writeFile(ready, '');
  t.strictSame(await probe(rig), { code: 0, says: '' });
  await utimes(ready, secondsAgo(50), secondsAgo(50));
  t.strictSame(await probe(rig), { code: 0, says: '' }, 'fifty seconds old');
  await utimes(ready, secondsAgo(75), secondsAgo(75));
  t.match(await probe(rig), { code: 1, says: /^not ready: .*\/ready is 7[5-9] s old: / });
  await utimes(ready, secondsAgo(-3600), secondsAgo(-3600));
  t.strictSame(await probe(rig), { code: 0, says: '' }, 'the clock was set back');
  t.strictSame(await rig.calls(), [], 'without the program');
});

t.test('takes neither a folder nor a link for the file', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const ready = join(rig.runDir, 'ready');
  await symlink('/proc/self/stat', ready);
  t.match(await probe(rig), { code: 1, says: `not ready: ${ready}: ` });
  await unlink(ready);
  await mkdir(ready);
  t.match(await probe(rig), { code: 1, says: `not ready: ${ready}: ` });
});

t.test('is ready because of a waiter that sees the address, and not any more once it is gone', async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  rig.start();
  await rig.inside('ip', 'address', 'add', `${member}/32`, 'dev', networkInterface);
  await rig.writeClaim({ epoch: 3, waiter: await rig.waiterId() });
  await eventually('ready', async () => (await probe(rig)).code === 0);
  await rig.inside('ip', 'address', 'del', `${member}/32`, 'dev', networkInterface);
  await eventually('not ready', async () => (await probe(rig)).code === 1);
});
