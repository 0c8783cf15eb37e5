import { stat } from 'node:fs/promises';
import { test } from 'tap';
import manifest from '../../../package.json' with { type: 'json' };
import { productImageArchive, productImageReference } from '../../../scripts/rig/product-images.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { startContainerd } from './containerd.ts';

test("archives of the product's images", async (t) => {
  if (!(await needs(t, 'containerd', 'buildah'))) return;
  const [member, cli] = [await productImageArchive('member'), await productImageArchive('cli')];
  const containerd = await startContainerd();
  t.teardown(() => containerd.stop());

  t.test('a node knows and runs the images of the version that is checked out', async (t) => {
    for (const archive of [member, cli]) await containerd.import(archive);
    for (const name of ['firecamp-initcontainer', 'firecamp-stopcontainer', 'firecamp'] as const) {
      const printed = await containerd.run(productImageReference(name), [`/${name}`, '--version']);
      t.match(printed, manifest.version, name);
    }
  });

  t.test('what both containers of a member need is fetched once', async (t) => {
    const { size } = await stat(member);
    const { size: program } = await stat(`${import.meta.dirname}/../../../dist/firecamp-initcontainer`);
    t.ok(size < 2 * program, `${size} bytes for two images of a program of ${program}`);
  });

  t.test('a second asking makes nothing again', async (t) => {
    const before = (await stat(member)).mtimeMs;
    t.equal(await productImageArchive('member'), member);
    t.equal((await stat(member)).mtimeMs, before);
  });
});
