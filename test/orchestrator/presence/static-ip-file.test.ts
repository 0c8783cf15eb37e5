import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { HostMemberFiles } from '../../../common/host/member-files.ts';
import {
  createStaticIPFile,
  isStaticIPFileExist,
  readStaticIP,
} from '../../../orchestrator/presence/static-ip-file.ts';

const live = { signal: new AbortController().signal };

function open(t: Test) {
  const dir = t.testdir({});
  const configDir = join(dir, 'conf');
  mkdirSync(configDir);
  const files = new HostMemberFiles({ configDir, runDir: join(dir, 'run') });
  return { files, file: join(configDir, 'firecamp-service-staticip') };
}

test('the static IP file is written as FireCamp has it, and read back', async (t) => {
  const { files, file } = open(t);
  t.equal(await isStaticIPFileExist(files, live), false);
  await t.rejects(readStaticIP(files, live), { code: 'FC-FIL-001', message: /it is not there/ });
  await createStaticIPFile(files, '10.0.1.21', live);
  t.equal(readFileSync(file, 'utf8'), '10.0.1.21', 'the bare address, no newline');
  t.equal(statSync(file).mode & 0o777, 0o600);
  t.equal(await isStaticIPFileExist(files, live), true);
  t.equal(await readStaticIP(files, live), '10.0.1.21');
  await createStaticIPFile(files, '10.0.1.22', live);
  t.equal(await readStaticIP(files, live), '10.0.1.22', 'a later address takes its place');
});

test('a static IP file that holds no address is there and cannot be read', async (t) => {
  const { files, file } = open(t);
  writeFileSync(file, '10.0.1\n');
  t.equal(await isStaticIPFileExist(files, live), true);
  await t.rejects(readStaticIP(files, live), { code: 'FC-FIL-001' });
});
