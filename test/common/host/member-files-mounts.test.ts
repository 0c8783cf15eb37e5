import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { enterNamespace } from '../../../scripts/rig/network/namespace.ts';

const use = await enterNamespace();
// After the re-execution, so that only the process inside reports tests.
const { default: t } = await import('tap');
const { HostMemberFiles } = await import('../../../common/host/member-files.ts');

if (!use.ok) {
  t.plan(0, use.why);
  process.exit(0);
}

const options = { signal: new AbortController().signal };

/** A tmpfs of its own, in the tmpfs that the namespace has over /run. */
function mountTmpfs(path: string, mountOptions: string): void {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', mountOptions, 'tmpfs', path]);
}

t.test('names the full volume, leaves the old file whole and no temporary one', async (t) => {
  mountTmpfs('/run/full', 'size=8k');
  const files = new HostMemberFiles({ configDir: '/run/full', runDir: '/run/full' });
  await files.writeConfig({ name: 'redis.conf', mode: 0o600, content: 'old' }, options);
  const big = { name: 'redis.conf', mode: 0o600, content: 'x'.repeat(100_000) };
  await t.rejects(files.writeConfig(big, options), { code: 'FC-FIL-001', message: /redis\.conf: ENOSPC/ });
  t.equal(await readFile('/run/full/redis.conf', 'utf8'), 'old');
  t.same(await readdir('/run/full'), ['redis.conf']);
});

t.test('names the read-only volume, still reads from it, and needs no write where nothing changed', async (t) => {
  mountTmpfs('/run/ro', 'size=64k');
  const files = new HostMemberFiles({ configDir: '/run/ro', runDir: '/run/ro' });
  await files.writeStaticIp('10.0.1.50', options);
  await files.writeConfig({ name: 'redis.conf', mode: 0o600, content: 'same' }, options);
  execFileSync('mount', ['-o', 'remount,bind,ro', '/run/ro']);
  await t.rejects(files.writeStaticIp('10.0.1.51', options), { code: 'FC-FIL-001', message: /EROFS/ });
  await t.rejects(files.removeStaticIp(options), { code: 'FC-FIL-001', message: /EROFS/ });
  t.same(await files.readStaticIp(options), { kind: 'address', ip: '10.0.1.50' });
  t.equal(await files.writeConfig({ name: 'redis.conf', mode: 0o600, content: 'same' }, options), false);
});

t.test('cannot make the config folder on a read-only volume, and says so', async (t) => {
  mountTmpfs('/run/ro2', 'size=64k,ro');
  const files = new HostMemberFiles({ configDir: '/run/ro2/conf', runDir: '/run/ro2' });
  await t.rejects(files.writeStaticIp('10.0.1.50', options), { code: 'FC-FIL-001', message: /conf/ });
});
