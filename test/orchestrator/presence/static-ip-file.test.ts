import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { HostMemberFiles } from '../../../common/host/member-files.ts';
import {
  createStaticIPFile,
  isStaticIPFileExist,
  readStaticIP,
} from '../../../orchestrator/presence/static-ip-file.ts';
import { rejectionOf } from '../../rejection.ts';

const options = { signal: new AbortController().signal };

test('the static IP file is made, found and read; one that holds no address is an error', async (t) => {
  const folder = t.testdir();
  const files = new HostMemberFiles({ configDir: folder, runDir: folder });
  t.equal(await isStaticIPFileExist(files, options), false);
  t.match(await rejectionOf(readStaticIP(files, options)), { code: 'FC-FIL-001', message: /it is not there/ });
  await createStaticIPFile(files, '10.0.1.50', options);
  t.equal(await isStaticIPFileExist(files, options), true);
  t.equal(await readStaticIP(files, options), '10.0.1.50');
  await writeFile(join(folder, 'firecamp-service-staticip'), 'nonsense');
  t.equal(await isStaticIPFileExist(files, options), true);
  t.match(await rejectionOf(readStaticIP(files, options)), { code: 'FC-FIL-001' });
});
