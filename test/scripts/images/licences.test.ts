import { resolve } from 'node:path';
import t from 'tap';
import { bundle } from '../../../scripts/build/bundle.ts';
import { cliBundleLimits } from '../../../scripts/build/check-bundle.ts';
import { bundledPackages } from '../../../scripts/images/bundled-packages.ts';
import { commonLicence, commonLicencesIn } from '../../../scripts/images/common-licences.ts';
import { licenceTexts } from '../../../scripts/images/licences.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');

t.test(
  'every package in the command line has its licence text, and texts that are the same stand there once',
  async (t) => {
    const { parts } = await bundle(root, 'scripts/build/cli-entry.ts', cliBundleLimits);
    const npm = await bundledPackages(root, parts);
    const text = await licenceTexts(root, npm);
    for (const { name, version } of npm) t.ok(text.includes(`\n${name} ${version}\n`), name);
    for (const words of ['Apache License', 'Copyright Eemeli Aro']) t.ok(text.includes(words), words);
    t.ok(text.split('Version 2.0, January 2004').length - 1 < npm.length / 2);
  },
);

t.test('a package without a licence text is not shipped', async (t) => {
  const none = { name: 'bare', version: '1.0.0', license: 'MIT', folder: 'node_modules/bare' };
  const dir = t.testdir({ node_modules: { bare: { 'package.json': '{}' } } });
  await t.rejects(licenceTexts(dir, [none]), /bare 1\.0\.0 has no licence file/);
});

t.test('a licence that a copyright file points to is named without the words around it', (t) => {
  const texts = [
    "in `/usr/share/common-licenses/GPL-2'.",
    'see /usr/share/common-licenses/GPL, or\n/usr/share/common-licenses/GPL-2.',
  ];
  t.strictSame(commonLicencesIn(texts), ['GPL', 'GPL-2']);
  t.end();
});

t.test('a package that points to a licence text which Debian does not have is not shipped', async (t) => {
  const dir = t.testdir({
    usr: { share: { 'common-licenses': { 'GPL-3': 'the text', GPL: t.fixture('symlink', 'GPL-3') } } },
  });
  t.equal(await commonLicence(dir, 'GPL'), 'the text');
  await t.rejects(commonLicence(dir, 'GPL-9'), /points to \/usr\/share\/common-licenses\/GPL-9/);
});
