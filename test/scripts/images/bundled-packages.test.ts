import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { bundledPackages } from '../../../scripts/images/bundled-packages.ts';

t.test(
  'names each package once, by the package.json that has a name and not by one that only sets the module type',
  async (t) => {
    const root = t.testdir();
    const write = async (path: string, manifest: object) => {
      await mkdir(join(root, path), { recursive: true });
      await writeFile(join(root, path, 'package.json'), JSON.stringify(manifest));
    };
    await write('node_modules/@a/b', { name: '@a/b', version: '1.0.0', license: 'MIT' });
    await write('node_modules/@a/b/dist-es', { type: 'module' });
    await write('node_modules/c', { name: 'c', version: '2.0.0' });
    await write('node_modules/@a/b/node_modules/c', { name: 'c', version: '1.9.0', license: 'ISC' });
    const parts = [
      'orchestrator/main.ts',
      'node_modules/c/index.js',
      'node_modules/@a/b/dist-es/deep/one.js',
      'node_modules/@a/b/dist-es/two.js',
      'node_modules/@a/b/node_modules/c/index.js',
    ];
    t.strictSame(await bundledPackages(root, parts), [
      { name: '@a/b', version: '1.0.0', license: 'MIT', folder: 'node_modules/@a/b' },
      { name: 'c', version: '1.9.0', license: 'ISC', folder: 'node_modules/@a/b/node_modules/c' },
      { name: 'c', version: '2.0.0', license: undefined, folder: 'node_modules/c' },
    ]);
    await t.rejects(bundledPackages(root, ['node_modules/gone/index.js']), /node_modules\/gone belongs to no package/);
  },
);
