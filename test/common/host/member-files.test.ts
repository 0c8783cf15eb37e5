import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, link, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { HostMemberFiles } from '../../../common/host/member-files.ts';

const options = { signal: new AbortController().signal };
const staticIpName = 'firecamp-service-staticip';
const claim = {
  address: '10.0.1.50',
  epoch: 3,
  interfaceId: 'eni-0123',
  mac: '02:00:00:00:00:06',
  podUid: '6f9619ff-8b86-d011-b42d-00c04fc964ff',
};

interface Place {
  readonly files: HostMemberFiles;
  readonly configDir: string;
  readonly runDir: string;
  readonly base: string;
}

async function place(t: Test, made = true): Promise<Place> {
  const base = await mkdtemp(join(tmpdir(), 'member-files-'));
  t.teardown(() => rm(base, { recursive: true, force: true }));
  const configDir = join(base, 'conf');
  const runDir = join(base, 'run');
  await mkdir(runDir);
  if (made) await mkdir(configDir);
  return { files: new HostMemberFiles({ configDir, runDir }), configDir, runDir, base };
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

t.test('writes the static IP bare, with mode 0600, and makes the config folder for it', async (t) => {
  const { files, configDir } = await place(t, false);
  t.same(await files.readStaticIp(options), { kind: 'missing' });
  await files.writeStaticIp('10.0.1.50', options);
  t.equal(await readFile(join(configDir, staticIpName), 'utf8'), '10.0.1.50');
  t.equal((await stat(join(configDir, staticIpName))).mode & 0o7777, 0o600);
  t.same(await files.readStaticIp(options), { kind: 'address', ip: '10.0.1.50' });
  t.same(await readdir(configDir), [staticIpName]);
});

t.test('removes the static IP file, and takes an absent file or folder for success', async (t) => {
  const { files, configDir } = await place(t, false);
  await files.removeStaticIp(options);
  await files.writeStaticIp('10.0.1.50', options);
  await files.removeStaticIp(options);
  await files.removeStaticIp(options);
  t.same(await readdir(configDir), []);
});

t.test('says what is wrong with a static IP file that it cannot use', async (t) => {
  const { files, configDir } = await place(t);
  const path = join(configDir, staticIpName);
  const faults: [string, RegExp][] = [
    ['', /empty/],
    ['10.0.1.50\n', /newline/],
    ['10.0.1', /not an IPv4/],
    ['1'.repeat(65 * 1024), /larger than 65536/],
  ];
  for (const [content, fault] of faults) {
    await writeFile(path, content);
    t.match(await files.readStaticIp(options), { kind: 'unusable', fault });
  }
  await rm(path);
  await mkdir(path);
  t.match(await files.readStaticIp(options), { kind: 'unusable', fault: /not a regular file/ });
});

t.test('writes a config file with its mode whatever the umask, and only when something differs', async (t) => {
  const { files, configDir } = await place(t);
  const file = { name: 'redis.conf', mode: 0o666, content: 'bind 10.0.1.50\n' };
  const umask = process.umask(0o077);
  t.teardown(() => process.umask(umask));
  t.equal(await files.configDigest(file.name, file.mode, options), undefined);
  t.equal(await files.writeConfig(file, options), true);
  t.equal((await stat(join(configDir, file.name))).mode & 0o7777, 0o666);
  t.equal(await files.configDigest(file.name, file.mode, options), md5(file.content));
  const inode = (await stat(join(configDir, file.name))).ino;
  t.equal(await files.writeConfig(file, options), false);
  t.equal((await stat(join(configDir, file.name))).ino, inode, 'not replaced');
  t.equal(await files.writeConfig({ ...file, content: 'other' }, options), true);
  t.equal(await files.writeConfig({ ...file, content: 'other', mode: 0o600 }, options), true);
  t.equal(await files.configDigest(file.name, file.mode, options), undefined, 'another mode');
  t.equal(await files.configDigest(file.name, undefined, options), md5('other'));
});

t.test('refuses names from a record that leave the folder or mean another file, and modes beyond 0777', async (t) => {
  const { files, configDir } = await place(t);
  const names = [
    '',
    '.',
    '..',
    '../x',
    '/etc/passwd',
    'a/b',
    'a\0b',
    staticIpName,
    `.a.firecamp-tmp-0`,
    'n'.repeat(230),
  ];
  for (const name of names) {
    await t.rejects(files.writeConfig({ name, mode: 0o600, content: '' }, options), { code: 'FC-FIL-002' });
    await t.rejects(files.configDigest(name, undefined, options), { code: 'FC-FIL-002' });
  }
  for (const mode of [-1, 0o1000, 0o4755, 1.5, Number.NaN]) {
    await t.rejects(files.writeConfig({ name: 'a', mode, content: '' }, options), { code: 'FC-FIL-002' });
  }
  t.same(await readdir(configDir), []);
  await files.writeConfig({ name: 'n'.repeat(224), mode: 0o600, content: 'x' }, options);
  t.equal((await readdir(configDir)).length, 1, 'the longest name allowed can be written');
});

t.test('replaces a symbolic link that was planted for a file, and never writes or reads through it', async (t) => {
  const { files, configDir, base } = await place(t);
  const victim = join(base, 'victim');
  await writeFile(victim, '10.9.9.9');
  await symlink(victim, join(configDir, staticIpName));
  await symlink(victim, join(configDir, 'redis.conf'));
  t.match(await files.readStaticIp(options), { kind: 'unusable', fault: /symbolic link/ });
  t.equal(await files.configDigest('redis.conf', undefined, options), undefined);
  await files.writeStaticIp('10.0.1.50', options);
  t.equal(await files.writeConfig({ name: 'redis.conf', mode: 0o600, content: '10.9.9.9' }, options), true);
  t.equal(await readFile(victim, 'utf8'), '10.9.9.9');
  t.ok((await lstat(join(configDir, staticIpName))).isFile());
  t.ok((await lstat(join(configDir, 'redis.conf'))).isFile());
});

t.test('breaks a hard link instead of writing through it', async (t) => {
  const { files, configDir, base } = await place(t);
  await writeFile(join(base, 'victim'), 'precious');
  await link(join(base, 'victim'), join(configDir, 'redis.conf'));
  await files.writeConfig({ name: 'redis.conf', mode: 0o644, content: 'new' }, options);
  t.equal(await readFile(join(base, 'victim'), 'utf8'), 'precious');
  t.equal(await readFile(join(configDir, 'redis.conf'), 'utf8'), 'new');
});

t.test('refuses a config folder that is a symbolic link, for reads, writes and removals', async (t) => {
  const { files, configDir, base } = await place(t, false);
  const elsewhere = join(base, 'elsewhere');
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, staticIpName), '10.9.9.9');
  await symlink(elsewhere, configDir);
  t.match(await files.readStaticIp(options), { kind: 'unusable', fault: /ENOTDIR .*symbolic link/ });
  await t.rejects(files.writeStaticIp('10.0.1.50', options), { code: 'FC-FIL-001', message: /ENOTDIR/ });
  await t.rejects(files.removeStaticIp(options), { code: 'FC-FIL-001' });
  await t.rejects(files.configDigest('a', undefined, options), { code: 'FC-FIL-001' });
  t.equal(await readFile(join(elsewhere, staticIpName), 'utf8'), '10.9.9.9');
});

t.test('does not wait for ever on a pipe in the place of a file', async (t) => {
  const { files, configDir, runDir } = await place(t);
  for (const path of [join(configDir, staticIpName), join(configDir, 'redis.conf'), join(runDir, 'waiter')]) {
    execFileSync('mkfifo', [path]);
  }
  t.match(await files.readStaticIp(options), { kind: 'unusable', fault: /not a regular file/ });
  t.equal(await files.configDigest('redis.conf', undefined, options), undefined);
  await files.writeConfig({ name: 'redis.conf', mode: 0o600, content: 'x' }, options);
  await files.writeClaim(claim, options);
  t.match(await files.readClaim(options), { waiterId: '' });
});

t.test('tells path and errno when something cannot be replaced', async (t) => {
  const { files, configDir } = await place(t);
  await mkdir(join(configDir, 'redis.conf'));
  await t.rejects(files.writeConfig({ name: 'redis.conf', mode: 0o600, content: 'x' }, options), {
    code: 'FC-FIL-001',
    message: /redis\.conf: EISDIR/,
    fields: { path: join(configDir, 'redis.conf'), errno: 'EISDIR' },
  });
  t.same(await readdir(configDir), ['redis.conf'], 'no temporary file is left');
});

t.test('tells that the volume is no folder or not there', async (t) => {
  const { base, runDir } = await place(t);
  await writeFile(join(base, 'file'), '');
  const onFile = new HostMemberFiles({ configDir: join(base, 'file'), runDir });
  await t.rejects(onFile.writeStaticIp('10.0.1.50', options), { code: 'FC-FIL-001', message: /ENOTDIR/ });
  const nowhere = new HostMemberFiles({ configDir: join(base, 'no', 'conf'), runDir });
  await t.rejects(nowhere.writeStaticIp('10.0.1.50', options), { code: 'FC-FIL-001', message: /ENOENT/ });
});

t.test('writes several files at once without one clearing away the other’s temporary file', async (t) => {
  const { files, configDir } = await place(t);
  const names = Array.from({ length: 20 }, (_, index) => `file-${index}`);
  await Promise.all(names.map((name) => files.writeConfig({ name, mode: 0o600, content: name }, options)));
  await Promise.all(names.map(() => files.writeStaticIp('10.0.1.50', options)));
  t.same((await readdir(configDir)).sort(), [...names, staticIpName].sort());
});

t.test(
  'leaves the old file or the new one when it is killed at any moment, and clears up at the next write',
  async (t) => {
    const { files, configDir } = await place(t);
    const script = fileURLToPath(new URL('./write-for-ever.ts', import.meta.url));
    for (const delay of [0, 3, 7, 13, 29]) {
      const child: ChildProcess = spawn(process.execPath, [script, configDir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (child.stdout !== null) await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const found = await readFile(join(configDir, 'big.conf'), 'utf8');
      t.ok(found === 'a'.repeat(1_000_000) || found === 'b'.repeat(1_000_000));
    }
    await writeFile(join(configDir, '.big.conf.firecamp-tmp-0123456789abcdef'), 'half');
    await files.writeConfig({ name: 'big.conf', mode: 0o600, content: 'done' }, options);
    t.same(await readdir(configDir), ['big.conf']);
  },
);

t.test('keeps files that only look like its temporary ones', async (t) => {
  const { files, configDir } = await place(t);
  const others = ['.other.firecamp-tmp-xyz', '.other.firecamp-tmp-0123456789abcdef', 'a.firecamp-tmp-0123456789abcdef'];
  for (const name of others) await writeFile(join(configDir, name), '');
  await files.writeConfig({ name: 'a', mode: 0o600, content: 'x' }, options);
  t.same((await readdir(configDir)).sort(), [...others, 'a'].sort());
});

t.test('writes the claim with the waiter of the run directory, private to root, and removes it', async (t) => {
  const { files, runDir } = await place(t);
  t.equal(await files.readClaim(options), undefined);
  await files.writeClaim(claim, options);
  t.same(await files.readClaim(options), { ...claim, waiterId: '' });
  await writeFile(join(runDir, 'waiter'), '1b4e28ba-2fa1-11d2-883f-0016d3cca427\n');
  await files.writeClaim({ ...claim, epoch: 4 }, options);
  t.same(await files.readClaim(options), { ...claim, epoch: 4, waiterId: '1b4e28ba-2fa1-11d2-883f-0016d3cca427' });
  t.equal((await stat(join(runDir, 'claim'))).mode & 0o7777, 0o600);
  await files.removeClaim(options);
  t.equal(await files.readClaim(options), undefined);
  await files.removeClaim(options);
});

t.test('gives a fault in words for a claim that it cannot use', async (t) => {
  const { files, runDir } = await place(t);
  await writeFile(join(runDir, 'claim'), 'address=10.0.1.50\n');
  t.match(await files.readClaim(options), { fault: /whole lines/ });
  await rm(join(runDir, 'claim'));
  await symlink('waiter', join(runDir, 'claim'));
  t.match(await files.readClaim(options), { fault: /symbolic link/ });
});

t.test('touches nothing when the call is cancelled', async (t) => {
  const { files, configDir } = await place(t, false);
  const cancelled = { signal: AbortSignal.abort(new Error('ended')) };
  const calls: Promise<unknown>[] = [
    files.writeStaticIp('10.0.1.50', cancelled),
    files.removeStaticIp(cancelled),
    files.readStaticIp(cancelled),
    files.writeConfig({ name: 'a', mode: 0o600, content: '' }, cancelled),
    files.writeClaim(claim, cancelled),
    files.readClaim(cancelled),
  ];
  for (const outcome of await Promise.allSettled(calls)) t.match(outcome, { reason: { code: 'FC-CLM-005' } });
  await t.rejects(stat(configDir), { code: 'ENOENT' });
});

t.test('cannot read without permission, and says so', async (t) => {
  const { files, configDir, base } = await place(t);
  await files.writeStaticIp('10.0.1.50', options);
  await chmod(join(configDir, staticIpName), 0);
  await chmod(base, 0o755);
  t.match(await asOrdinaryUser(() => files.readStaticIp(options)), { kind: 'unusable', fault: /EACCES/ });
});

/** Root may read everything: what is about permissions runs as nobody. */
async function asOrdinaryUser<T>(run: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
