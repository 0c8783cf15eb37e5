import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'tap';
import { appImageArchive, appImageNames, appImageReference } from '../../../scripts/rig/app-images.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { type Containerd, startContainerd } from './containerd.ts';

test('images of what runs beside the product', async (t) => {
  if (!(await needs(t, 'containerd', 'app-images'))) return;
  const containerd = await startContainerd();
  t.teardown(() => containerd.stop());
  for (const name of appImageNames) await containerd.import(await appImageArchive(name));

  t.test('a node knows each by the name that manifests use', async (t) => {
    const listed = (await containerd.ctr('images', 'list', '--quiet')).trim().split('\n');
    t.strictSame(listed.sort(), appImageNames.map(appImageReference).sort());
  });

  t.test('a shell with the common commands, and the client of Redis, need no file of the machine', async (t) => {
    t.equal(await containerd.run(appImageReference('tools'), ['sh', '-c', 'echo $((6 * 7)) | tee /tmp/x']), '42\n');
    t.match(await containerd.run(appImageReference('redis'), ['redis-cli', '--version']), /^redis-cli 7\./);
  });

  t.test('Redis runs with the config file that is given, as the user that owns its data', async (t) => {
    const data = join(t.testdir(), 'data');
    await mkdir(data);
    await chmod(data, 0o755);
    await writeFile(join(data, 'redis.conf'), 'port 0\nunixsocket /data/socket\ndir /data\nappendonly yes\n');
    const mount = ['--mount', `type=bind,src=${data},dst=/data,options=rbind:rw`];
    const argv = ['redis-entrypoint', '/data/redis.conf'];
    await containerd.start('redis', appImageReference('redis-next'), argv, mount);
    const inside = (...command: string[]) => containerd.ctr('task', 'exec', '--exec-id', 'look', 'redis', ...command);
    const redis = (...command: string[]) => inside('redis-cli', '-s', '/data/socket', ...command);
    await eventually(async () => (await redis('set', 'a', 'b')).trim() === 'OK');
    t.equal((await redis('get', 'a')).trim(), 'b');
    t.match(await inside('ps', '-o', 'pid,user,args'), /^ +1 redis +redis-server/m);
    t.match(await inside('stat', '-c', '%U', '/data/appendonlydir'), 'redis');
    await endsOnTerm(containerd, 'redis');
  });

  t.test('Redis starts on a read-only root as a user that may change no owner', async (t) => {
    const argv = ['su', '-s', '/bin/sh', 'redis', '-c', 'redis-entrypoint redis-server --version'];
    t.match(await containerd.run(appImageReference('redis'), argv, ['--read-only']), /^Redis server v=7\./);
  });

  t.test('the process of a sandbox takes in orphans, and ends when it is told', async (t) => {
    await containerd.start('sandbox', appImageReference('pause'));
    const pid = Number(/^sandbox +(\d+) +RUNNING/m.exec(await containerd.ctr('task', 'list'))?.[1]);
    t.ok(pid > 0, 'it waits');
    // A container in the sandbox's process namespace, whose child outlives it by a moment and falls to process 1.
    const orphaning = '(sleep 0.3) & echo $!';
    const orphan = (await inNamespaceOf(containerd, pid, orphaning)).trim();
    t.match(orphan, /^\d+$/);
    await eventually(async () => !(await inNamespaceOf(containerd, pid, 'ps -o pid')).split(/\s+/).includes(orphan));
    await endsOnTerm(containerd, 'sandbox');
  });
});

function inNamespaceOf(containerd: Containerd, pid: number, script: string): Promise<string> {
  const options = ['--with-ns', `pid:/proc/${pid}/ns/pid`];
  return containerd.run(appImageReference('tools'), ['sh', '-c', script], options);
}

/** A container's first process gets no signal that it does not handle: one that does not listen runs on. */
async function endsOnTerm(containerd: Containerd, id: string): Promise<void> {
  await containerd.ctr('task', 'kill', '--signal', 'SIGTERM', id);
  await eventually(async () => /STOPPED/.test(await containerd.ctr('task', 'list')));
  await containerd.ctr('task', 'delete', id);
  await containerd.ctr('container', 'delete', id);
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    if (await holds().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error(`not within ten seconds: ${holds}`);
}
