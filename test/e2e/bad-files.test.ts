import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beginEndToEnd } from './harness/begin.ts';
import { codeOf, everything, lastWords, why } from './harness/look.ts';
import type { TestPod } from './harness/pod.ts';
import type { TestService } from './harness/service.ts';

const run = promisify(execFile);
const begun = await beginEndToEnd('volumes that cannot be written, and files as they shall be');
if (begun) {
  const { t, World, createService, TestPod: Pods } = begun;
  const world = await World.start();
  t.teardown(() => world[Symbol.asyncDispose]());
  const signal = new AbortController().signal;
  const node1 = 'i-00000000000000001';
  const conf = (pod: TestPod, name = '') => join(pod.dataDir, 'conf', name);

  /** Mounts something over a folder until the end of the scope. */
  async function mounted(dir: string, ...args: string[]) {
    await run('mount', [...args, dir]);
    return {
      remount: (options: string) => run('mount', ['-o', `remount,${options}`, dir]),
      [Symbol.asyncDispose]: async () => void (await run('umount', [dir])),
    };
  }

  /** The claim fails with path and errno, in time, and what it was writing is not there, not even in part. */
  async function failsOn(t: import('tap').Test, pod: TestPod, path: string, errno: string, left: readonly string[]) {
    const began = performance.now();
    const ended = await pod.claim({ env: { FIRECAMP_CLAIM_TIMEOUT: '20' } });
    t.equal(ended.code, 3, why(ended));
    t.equal(codeOf(ended), 'FC-FIL-001');
    t.match(await lastWords(pod), `${path}: ${errno} (`);
    t.match(
      ended.log.findLast((line) => line['level'] === 'error'),
      { errno, path },
    );
    t.ok(performance.now() - began < 20_000, 'inside the deadline');
    t.same(await readdir(conf(pod)).catch(() => []), left, 'no half of a file');
  }

  async function claimed(t: import('tap').Test, pod: TestPod, service: TestService) {
    const ended = await pod.claim();
    t.equal(ended.code, 0, `the next run succeeds: ${why(ended)}`);
    t.equal(await readFile(conf(pod, 'firecamp-service-staticip'), 'utf8'), service.addresses[0]);
    t.match((await service.record(0)).owner, { podUid: pod.uid, state: 'owned' });
    return ended;
  }

  t.test(
    'a full data volume is named with path and ENOSPC, and the next run succeeds when there is room',
    async (t) => {
      const big = 'x'.repeat(64 * 1024);
      const service = await createService(world, { configs: { 'big.conf': big } });
      const pod = await Pods.create(world, service, 0, node1);
      await using volume = await mounted(pod.dataDir, '-t', 'tmpfs', '-o', 'size=16k', 'tmpfs');
      await failsOn(t, pod, conf(pod, 'big.conf'), 'ENOSPC', []);
      await volume.remount('size=1m');
      await claimed(t, pod, service);
      t.equal(await readFile(conf(pod, 'big.conf'), 'utf8'), big);
    },
  );

  t.test('a data volume with no room for even a folder is named, and the old file is whole', async (t) => {
    const service = await createService(world, { configs: { 'redis.conf': 'new\n' } });
    const pod = await Pods.create(world, service, 0, node1);
    await using volume = await mounted(pod.dataDir, '-t', 'tmpfs', '-o', 'size=1m,nr_inodes=4', 'tmpfs');
    await mkdir(conf(pod));
    await writeFile(conf(pod, 'redis.conf'), 'old\n');
    await writeFile(join(pod.dataDir, 'data.rdb'), '');
    await failsOn(t, pod, conf(pod, 'redis.conf'), 'ENOSPC', ['redis.conf']);
    t.equal(await readFile(conf(pod, 'redis.conf'), 'utf8'), 'old\n');
    await volume.remount('nr_inodes=64');
    await claimed(t, pod, service);
    t.equal(await readFile(conf(pod, 'redis.conf'), 'utf8'), 'new\n');
  });

  t.test('a read-only data volume is named with EROFS', async (t) => {
    const service = await createService(world, { configs: { 'redis.conf': 'port 6379\n' } });
    const pod = await Pods.create(world, service, 0, node1);
    await mkdir(conf(pod));
    await using volume = await mounted(pod.dataDir, '--bind', pod.dataDir);
    await volume.remount('bind,ro');
    await failsOn(t, pod, conf(pod, 'redis.conf'), 'EROFS', []);
    await volume.remount('bind,rw');
    await claimed(t, pod, service);
  });

  t.test('a config folder that is a symbolic link is refused, and nothing is written where it leads', async (t) => {
    const service = await createService(world, { configs: { 'redis.conf': 'port 6379\n' } });
    const pod = await Pods.create(world, service, 0, node1);
    const elsewhere = join(pod.dataDir, 'elsewhere');
    await mkdir(elsewhere);
    await symlink(elsewhere, conf(pod).replace(/\/$/, ''));
    const ended = await pod.claim();
    t.equal(ended.code, 3, why(ended));
    t.equal(codeOf(ended), 'FC-FIL-001');
    t.match(await lastWords(pod), /conf.*: ENOTDIR \(not a folder, or a symbolic link\)/);
    t.same(await readdir(elsewhere), []);
    await rm(conf(pod).replace(/\/$/, ''));
    await claimed(t, pod, service);
  });

  t.test(
    'a data volume that is not there, or whose config folder is a file, is named, and the next run succeeds',
    async (t) => {
      const service = await createService(world);
      const pod = await Pods.create(world, service, 0, node1);
      await rm(pod.dataDir, { recursive: true });
      await failsOn(t, pod, join(pod.dataDir, 'conf'), 'ENOENT', []);
      await mkdir(pod.dataDir);
      await writeFile(join(pod.dataDir, 'conf'), '');
      await failsOn(t, pod, join(pod.dataDir, 'conf'), 'ENOTDIR', []);
      await rm(join(pod.dataDir, 'conf'));
      await claimed(t, pod, service);
    },
  );

  t.test('a run folder that cannot be written stops the claim before the address is moved', async (t) => {
    const service = await createService(world);
    const pod = await Pods.create(world, service, 0, node1);
    await using volume = await mounted(pod.runDir, '-t', 'tmpfs', '-o', 'ro', 'tmpfs');
    const before = await everything(world, service, pod);
    const ended = await pod.claim();
    t.equal(ended.code, 3, why(ended));
    t.equal(codeOf(ended), 'FC-FIL-001');
    t.match(await lastWords(pod), `${pod.runDir}/claim: EROFS (`);
    const after = await everything(world, service, pod);
    t.same({ ...after, records: [] }, { ...before, records: [] }, 'but for the intent in the record');
    t.match((await service.record(0)).owner, { podUid: pod.uid, state: 'claiming' });
    await volume.remount('rw');
    await claimed(t, pod, service);
  });

  t.test(
    'file names and modes that would lead out of the config folder are refused, before anything is touched',
    async (t) => {
      const names = ['../escape', '/etc/escape', '..', 'a/b', 'firecamp-service-staticip', 'x'.repeat(300)];
      for (const name of names) {
        const service = await createService(world, { configs: { 'redis.conf': 'a\n', [name]: 'b\n' } });
        await refusedFile(t, service, JSON.stringify(name));
      }
      for (const mode of [0o4755, 0o1000, -1]) {
        const service = await createService(world, { configs: { 'redis.conf': 'a\n' } });
        await withMode(service, mode);
        await refusedFile(t, service, `mode ${mode} of the config file "redis.conf"`);
      }
    },
  );

  async function refusedFile(t: import('tap').Test, service: TestService, words: string): Promise<void> {
    const pod = await Pods.create(world, service, 0, node1);
    const before = await everything(world, service, pod);
    const ended = await pod.claim();
    t.equal(ended.code, 5, why(ended));
    t.equal(codeOf(ended), 'FC-FIL-002');
    t.ok((await lastWords(pod)).includes(words), `${words}: ${await lastWords(pod)}`);
    t.same(await everything(world, service, pod), before, 'nothing is touched');
  }

  t.test('unchanged files keep their time, a changed one is replaced whole, a changed mode is put right', async (t) => {
    const configs = { 'same.conf': 'same\n', 'content.conf': 'wanted\n', 'mode.conf': 'mode\n' };
    const service = await createService(world, { configs });
    const pod = await Pods.create(world, service, 0, node1);
    const first = await claimed(t, pod, service);
    t.same(written(first), ['content.conf', 'mode.conf', 'same.conf']);
    for (const name of Object.keys(configs)) t.equal((await stat(conf(pod, name))).mode & 0o7777, 0o600);
    const before = await stat(conf(pod, 'same.conf'));
    const old = await stat(conf(pod, 'content.conf'));
    await writeFile(conf(pod, 'content.conf'), 'edited by hand\n');
    await chmod(conf(pod, 'mode.conf'), 0o644);
    // Whoever has the old file open keeps reading the old file: it is replaced, not written over.
    const second = await claimed(t, pod, service);
    t.same(written(second), ['content.conf', 'mode.conf']);
    const after = await stat(conf(pod, 'same.conf'));
    t.same([after.mtimeMs, after.ctimeMs, after.ino], [before.mtimeMs, before.ctimeMs, before.ino]);
    t.equal(await readFile(conf(pod, 'content.conf'), 'utf8'), 'wanted\n');
    t.not((await stat(conf(pod, 'content.conf'))).ino, old.ino, 'a new file in its place');
    t.equal((await stat(conf(pod, 'mode.conf'))).mode & 0o7777, 0o600);
    t.same((await readdir(conf(pod))).sort(), [...Object.keys(configs), 'firecamp-service-staticip'].sort());
  });

  t.test('the mode in the record is the mode of the file, whatever the umask, and a new one is applied', async (t) => {
    const service = await createService(world, { configs: { 'run.sh': '#!/bin/sh\n' } });
    const pod = await Pods.create(world, service, 0, node1);
    for (const mode of [0o755, 0o666, 0o400]) {
      await withMode(service, mode);
      t.same(written(await claimed(t, pod, service)), ['run.sh']);
      t.equal((await stat(conf(pod, 'run.sh'))).mode & 0o7777, mode);
    }
  });

  /** The service's file under a new id with this mode: a config file is never changed in place. */
  async function withMode(service: TestService, fileMode: number): Promise<void> {
    const { store, uuid } = service;
    const attr = await store.get('serviceAttr', { serviceUuid: uuid }, { signal });
    const [id] = attr.record.configs;
    if (id === undefined) throw new Error('the service has no config file');
    const { record } = await store.get('configFile', { serviceUuid: uuid, fileId: id.fileId }, { signal });
    const fileId = `${record.fileName}-${fileMode}`;
    await store.create('configFile', { ...record, fileId, fileMode }, { signal });
    await store.update('serviceAttr', attr, { ...attr.record, configs: [{ ...id, fileId }] }, { signal });
  }

  function written(ended: { readonly log: readonly Record<string, unknown>[] }): string[] {
    const done = ended.log.find((line) => line['msg'] === 'claimed');
    return [...((done?.['filesWritten'] as string[] | undefined) ?? [])].sort();
  }
}
