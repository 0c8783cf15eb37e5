import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { runTool } from '../../../scripts/build/run-tool.ts';
import { digestOf, hexOf } from '../../../scripts/images/layer-compression.ts';
import { LayoutWriter } from '../../../scripts/images/oci-layout.ts';
import { type Architecture, namesOf } from '../../../scripts/rig/architecture.ts';
import { debianCommand } from '../../../scripts/rig/debian.ts';
import { needs } from '../../../scripts/rig/requirements.ts';

if (await needs(t, 'buildah')) {
  // buildah makes a name of the layout's path, and names have no capital letters.
  const dir = join(tmpdir(), `firecamp-layout-${process.pid}`);
  await mkdir(dir);
  t.teardown(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'file'), 'the same in both\n');
  const buildah = await debianCommand('buildah', 'buildah');

  /** An image of one small layer, as buildah leaves it for "dir:". */
  const builtImage = async (arch: Architecture): Promise<string> => {
    const folder = join(dir, arch);
    await mkdir(folder);
    const put = async (content: Buffer) => {
      await writeFile(join(folder, hexOf(digestOf(content))), content);
      return { digest: digestOf(content), size: content.length };
    };
    await runTool('tar', ['-c', '--mtime=@0', '-f', join(folder, 'layer'), '-C', dir, 'file']);
    const layer = await put(await readFile(join(folder, 'layer')));
    const rootfs = { type: 'layers', diff_ids: [layer.digest] };
    const config = await put(
      Buffer.from(JSON.stringify({ os: 'linux', architecture: namesOf(arch).debian, config: {}, rootfs })),
    );
    const layers = [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }];
    const manifest = { config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config }, layers };
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
    return folder;
  };

  t.test('one name gives each architecture its own image, and a layer that both have is stored once', async (t) => {
    const writer = await LayoutWriter.begin(join(dir, 'layout'));
    for (const arch of ['x64', 'arm64'] as const)
      await writer.add(arch, new Map([['firecamp', await builtImage(arch)]]));
    const { digests } = await writer.finish('1.2.3');
    t.match(digests.get('firecamp'), /^sha256:[0-9a-f]{64}$/);
    // Two configurations, two manifests, their index, and the layer.
    t.equal((await readdir(join(dir, 'layout', 'blobs', 'sha256'))).length, 6);

    for (const arch of ['x64', 'arm64'] as const) {
      const store = ['--root', join(dir, `${arch}-s`), '--runroot', join(dir, `${arch}-r`), '--storage-driver', 'vfs'];
      const reference = `oci:${join(dir, 'layout')}:localhost/firecamp:1.2.3`;
      const pulled = await runTool(buildah, [...store, 'pull', '--quiet', '--arch', namesOf(arch).debian, reference]);
      const image = JSON.parse(await runTool(buildah, [...store, 'inspect', '--type', 'image', pulled.trim()]));
      t.equal(image.OCIv1.architecture, namesOf(arch).debian);
    }
  });
}
