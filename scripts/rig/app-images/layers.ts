import { chmod, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { findCompiler, type NoCompilerError } from '../../build/c-compiler.ts';
import { runTool } from '../../build/run-tool.ts';
import { LayerFolder } from '../../images/layer-folder.ts';
import { librariesOf } from '../../images/libraries.ts';
import { type DebianPackage, debianPackages } from '../debian-packages.ts';
import { RigUnavailableError } from '../unavailable.ts';

/** Fills an empty folder with the files of an image. */
export type FillLayer = (root: string) => Promise<void>;

/** Packages with the libraries of redis-server, and theirs. */
const redisLibraries = [
  ...['libatomic1', 'libc6', 'libcap2', 'libgcc-s1', 'libgcrypt20', 'libgpg-error0', 'libjemalloc2', 'liblz4-1'],
  ...['liblzf1', 'liblzma5', 'libssl3', 'libstdc++6', 'libsystemd0', 'libzstd1'],
];

/** Name of each package that an image takes files from, for who must know whether one has changed. */
export const packagesOf = {
  pause: [],
  tools: ['busybox-static'],
  redis: ['busybox-static', 'redis-tools', ...redisLibraries],
} as const satisfies Record<string, readonly string[]>;

/** One static executable and nothing else. */
export async function pauseLayer(root: string): Promise<void> {
  const [command, ...args] = await findCompiler(process.env['CC']).catch((cause: NoCompilerError) => {
    throw new RigUnavailableError('the image of a sandbox', cause.message, { cause });
  });
  await new LayerFolder(root).folder('/');
  const flags = ['-std=gnu11', '-Os', '-static', '-s', '-Wall', '-Wextra', '-Werror', '-Wl,--build-id=none'];
  await runTool(command, [...args, ...flags, '-o', join(root, 'pause'), join(import.meta.dirname, 'pause.c')]);
}

/** A shell and what goes with it: busybox, under the name of each of its commands. */
export async function toolsLayer(root: string): Promise<void> {
  const layer = new LayerFolder(root);
  const [busybox] = await debianPackages(packagesOf.tools);
  const program = join(busybox?.files ?? '', 'bin', 'busybox');
  await layer.copy(program, '/bin/busybox', 0o755);
  const commands = (await runTool(program, ['--list'])).trim().split('\n');
  for (const name of commands.filter((one) => one !== 'busybox')) await symlink('busybox', join(root, 'bin', name));
  for (const path of ['/tmp', '/etc', '/data']) await layer.folder(path);
  await chmod(join(root, 'tmp'), 0o1777);
  await layer.write('/etc/passwd', 'root:x:0:0:root:/:/bin/sh\nredis:x:999:999:redis:/data:/sbin/nologin\n');
  await layer.write('/etc/group', 'root:x:0:\nredis:x:999:\n');
}

/** Debian's Redis with a shell, laid out as the registry's own image is: data in /data, a user redis with the id 999. */
export async function redisLayer(root: string): Promise<void> {
  await toolsLayer(root);
  const layer = new LayerFolder(root);
  const packages = await debianPackages(packagesOf.redis);
  // redis-server is another name of the file redis-check-rdb, and its own package has but that link.
  const programs = { '/usr/bin/redis-server': 'redis-check-rdb', '/usr/bin/redis-cli': 'redis-cli' };
  const redis = packages.find(({ name }) => name === 'redis-tools')?.files ?? '';
  const source = (name: string) => join(redis, 'usr', 'bin', name);
  for (const [path, name] of Object.entries(programs)) await layer.copy(source(name), path, 0o755);
  const libraries = await librariesOf(Object.values(programs).map(source), packages);
  for (const { path, source: file } of libraries) await layer.copy(file, path, 0o755);
  const entrypoint = join(import.meta.dirname, 'redis-entrypoint.sh');
  await layer.copy(entrypoint, '/usr/bin/redis-entrypoint', 0o755);
}

/** Everything that an image is made of: it must be made again when one of these parts is another. */
export async function ingredients(packages: readonly string[]): Promise<string[]> {
  const own = ['layers.ts', 'pause.c', 'redis-entrypoint.sh', '../app-images.ts', 'image-folder.ts'];
  const texts = own.map((name) => readFile(join(import.meta.dirname, name), 'utf8'));
  const found: readonly DebianPackage[] = packages.length === 0 ? [] : await debianPackages(packages);
  return [...(await Promise.all(texts)), ...found.map(({ files }) => files)];
}
