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
      const root = join(import.meta.dirname, '..', '..', '..');
      const program = [
        `import { HostMemberFiles } from '${root}/common/host/member-files.ts';`,
        `const files = new HostMemberFiles({ configDir: '${conf}', runDir: '${run}' });`,
        `await files.writeStaticIp('10.0.1.50', { signal: new AbortController().signal });`,
      ].join('\n');
      const dropped = ['--bounding-set=-chown', '--inh-caps=-chown'];
      await runTool('setpriv', [...dropped, process.execPath, '--input-type=module', '-e', program]);
      t.strictSame(await ownerOf(join(conf, staticIp)), [0, 0, '600']);
      t.strictSame(await readdir(conf), [staticIp]);
    });
  },
);
