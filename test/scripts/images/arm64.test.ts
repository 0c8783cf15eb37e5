import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import packageJson from '../../../package.json' with { type: 'json' };
import { runTool } from '../../../scripts/build/run-tool.ts';
import { fillContext } from '../../../scripts/images/build-all.ts';
import { commonLicencesIn } from '../../../scripts/images/common-licences.ts';
import { emulatedKernel } from '../../../scripts/rig/emulator.ts';
import { needs } from '../../../scripts/rig/requirements.ts';

if (await needs(t, 'qemu', 'cross-compiler')) {
  const dir = t.testdir();
  const context = join(dir, 'context');
  await fillContext(context, 'arm64');
  const root = join(dir, 'root');
  for (const layer of ['system', 'network', 'member', 'cli'])
    await runTool('cp', ['--archive', '--no-target-directory', join(context, layer), root]);
  const kernel = await emulatedKernel('arm64', '');
  const inImage = (...argv: string[]) => {
    const [command = '', ...args] = [...kernel, 'chroot', root, ...argv];
    return runTool(command, args);
  };

  t.test('the programs of the arm64 images find their libraries in the image, and nothing else', async (t) => {
    for (const program of ['/firecamp-initcontainer', '/firecamp-stopcontainer', '/firecamp'])
      t.match(await inImage(program, '--version'), packageJson.version, program);
    t.match(await inImage('/usr/bin/ip', '-V'), 'iproute2');
    t.match(await inImage('/usr/bin/arping', '-V'), 'iputils');
  });

  t.test('the images hold the licence texts of firecamp, of Node and of the packages in the bundle', async (t) => {
    const texts = {
      'firecamp/copyright': 'Apache License',
      'firecamp/npm-packages': '@smithy/core',
      'node/copyright': 'V8',
    };
    for (const layer of ['member', 'cli'])
      for (const [name, words] of Object.entries(texts)) {
        const text = await readFile(join(context, layer, 'usr', 'share', 'doc', name), 'utf8');
        t.ok(text.includes(words), `${layer}: ${name}`);
      }
  });

  t.test('the images hold each licence text that a copyright file in them points to', async (t) => {
    const docs = join(root, 'usr', 'share', 'doc');
    const copyrights = (await readdir(docs)).map((name) => readFile(join(docs, name, 'copyright'), 'utf8'));
    const names = commonLicencesIn(await Promise.all(copyrights));
    for (const name of ['GPL', 'GPL-2', 'GPL-3', 'LGPL-2.1']) t.ok(names.includes(name), name);
    for (const name of names) {
      const text = await readFile(join(root, 'usr', 'share', 'common-licenses', name), 'utf8');
      t.match(text, /licen[cs]e/i, name);
    }
  });
}
