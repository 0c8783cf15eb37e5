import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { stripSymbols } from '../../../scripts/build/strip-symbols.ts';
import { architectures, ownArchitecture } from '../../../scripts/rig/architecture.ts';

t.test(
  'an executable keeps its symbols where there is no strip for its processor, and none can be installed',
  async (t) => {
    const path = process.env['PATH'];
    t.teardown(() => {
      process.env['PATH'] = path;
    });
    // Neither a compiler nor apt-get: what builds for another processor may be named by CC_ARM64 alone.
    process.env['PATH'] = t.testdir();
    const file = join(t.testdirName, 'program');
    await writeFile(file, 'symbols');
    for (const arch of architectures) {
      await stripSymbols(file, arch);
      t.equal(await readFile(file, 'utf8'), 'symbols', arch === ownArchitecture() ? 'of this machine' : 'of another');
    }
  },
);
