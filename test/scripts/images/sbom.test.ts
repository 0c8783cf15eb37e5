import { resolve } from 'node:path';
import t from 'tap';
import { bundle } from '../../../scripts/build/bundle.ts';
import { bundledPackages } from '../../../scripts/images/bundled-packages.ts';
import { bill } from '../../../scripts/images/sbom.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');
const libc = { name: 'libc6', version: '2.36-9+deb12u14', architecture: 'amd64', files: '/nowhere', control: '' };

t.test('the bill names what left code in the bundle, Node and its parts, and Debian packages, each once', async (t) => {
  const npm = await bundledPackages(root, (await bundle(root, 'scripts/build/entry.ts')).parts);
  const text = await bill('member', npm, [libc]);
  const { components, ...document } = JSON.parse(text);
  t.match(document, { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: /^urn:uuid:[0-9a-f-]{36}$/ });
  const refs: string[] = components.map((one: { 'bom-ref': string }) => one['bom-ref']);
  t.equal(new Set(refs).size, refs.length);
  t.ok(refs.some((ref) => ref.startsWith('pkg:npm/%40aws-sdk/client-ec2@')));
  t.ok(refs.includes('pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=amd64'));
  t.notOk(
    refs.some((ref) => /npm\/(commander|esbuild|tap|typescript)@/.test(ref)),
    'of the command line, or of the build',
  );
  const node = components.find((one: { name: string }) => one.name === 'node');
  t.ok(node.components.some((one: { name: string }) => one.name === 'openssl'));
  t.equal(await bill('member', npm, [libc]), text, 'the same each time');
  const newer = { ...libc, version: '2.36-9+deb12u15' };
  const other = JSON.parse(await bill('member', npm, [newer]));
  t.not(other.serialNumber, document.serialNumber, 'another content is another bill');
});
