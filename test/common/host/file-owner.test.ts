import { chmod, chown, lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { HostMemberFiles } from '../../../common/host/member-files.ts';
import { runTool } from '../../../scripts/build/run-tool.ts';

const options = { signal: new AbortController().signal };
const staticIp = 'firecamp-service-staticip';
/** Nobody of this machine, as the user of an image is nobody of a node. */
const [uid, gid] = [39_999, 39_998];

async function volume(t: Test) {
  const data = await mkdtemp(join(tmpdir(), 'file-owner-'));
  t.teardown(() => rm(data, { recursive: true, force: true }));
  await chmod(data, 0o755);
  const run = join(data, 'run');
  await mkdir(run);
  return { data, conf: join(data, 'conf'), run };
}

const ownerOf = async (path: string) => {
  const { uid, gid, mode } = await lstat(path);
  return [uid, gid, (mode & 0o7777).toString(8)];
};

/** Runs the lines, which have `files` and `options`, in a process that cannot have this capability. */
async function runWithout(capability: string, folders: { conf: string; run: string }, lines: string): Promise<void> {
  const root = join(import.meta.dirname, '..', '..', '..');
  const program = [
    `import { HostMemberFiles } from '${root}/common/host/member-files.ts';`,
    `const files = new HostMemberFiles({ configDir: '${folders.conf}', runDir: '${folders.run}' });`,
    `const options = { signal: new AbortController().signal };`,
    lines,
  ].join('\n');
  const dropped = [`--bounding-set=-${capability}`, `--inh-caps=-${capability}`];
  await runTool('setpriv', [...dropped, process.execPath, '--input-type=module', '-e', program]);
}

t.test(
  'as root',
  { skip: process.getuid?.() === 0 ? false : 'only root can make a folder another user’s' },
  async (t) => {
    t.test('files and the folder that is made for them belong to whom the volume belongs', async (t) => {
      const { data, conf, run } = await volume(t);
      await chown(data, uid, gid);
      const files = new HostMemberFiles({ configDir: conf, runDir: run });
      await files.writeConfig({ name: 'redis.conf', mode: 0o640, content: 'port 6379' }, options);
      await files.writeStaticIp('10.0.1.50', options);
      t.strictSame(await ownerOf(conf), [uid, gid, '755']);
      t.strictSame(await ownerOf(join(conf, 'redis.conf')), [uid, gid, '640']);
      t.strictSame(await ownerOf(join(conf, staticIp)), [uid, gid, '600']);
    });

    t.test('a folder that is there already keeps its owner, who gets the files', async (t) => {
      const { data, conf, run } = await volume(t);
      await mkdir(conf);
      await chown(data, uid, gid);
      const files = new HostMemberFiles({ configDir: conf, runDir: run });
      await files.writeStaticIp('10.0.1.50', options);
      t.strictSame(await ownerOf(conf), [0, 0, '755']);
      t.strictSame(await ownerOf(join(conf, staticIp)), [0, 0, '600']);
    });

    t.test('without CHOWN a file stays ours, and nothing else is different', async (t) => {
      const { conf, run } = await volume(t);
      await mkdir(conf);
      await chown(conf, uid, gid);
      await runWithout('chown', { conf, run }, `await files.writeStaticIp('10.0.1.50', options);`);
      t.strictSame(await ownerOf(join(conf, staticIp)), [0, 0, '600']);
      t.strictSame(await readdir(conf), [staticIp]);
    });

    t.test(
      'in a sticky folder of another user a file stays ours, so that it can be replaced and removed',
      async (t) => {
        const { conf, run } = await volume(t);
        await mkdir(conf);
        await chown(conf, uid, gid);
        await chmod(conf, 0o1777);
        await runWithout(
          'fowner',
          { conf, run },
          [
            `await files.writeConfig({ name: 'redis.conf', mode: 0o640, content: 'port 6379' }, options);`,
            `await files.writeConfig({ name: 'redis.conf', mode: 0o600, content: 'port 6380' }, options);`,
            `await files.writeStaticIp('10.0.1.50', options);`,
            `await files.removeStaticIp(options);`,
          ].join('\n'),
        );
        t.strictSame(await ownerOf(join(conf, 'redis.conf')), [0, gid, '600']);
        t.strictSame(await readdir(conf), ['redis.conf']);
      },
    );
  },
);
