import { join } from 'node:path';
import { type Architecture, namesOf, ownArchitecture } from './architecture.ts';
import { makeOnce, rigCache, shortHash } from './cache.ts';
import { debianCommand } from './debian.ts';
import { debianPackages } from './debian-packages.ts';
import { run } from './processes.ts';
import { RigUnavailableError } from './unavailable.ts';

/** What Node's executable asks for. */
const libraries = ['libc6', 'libgcc-s1', 'libstdc++6'];

/**
 * What comes before a command line so that a program of this architecture runs here: nothing where it is this machine's own, else QEMU's
 * user mode emulation with Debian's libraries. A program that it starts in turn has to be of this machine's architecture.
 * @throws {RigUnavailableError} where QEMU or the libraries cannot be had.
 */
export async function emulation(arch: Architecture): Promise<readonly string[]> {
  if (arch === ownArchitecture()) return [];
  return [await qemuFor(arch), '-L', await systemRoot(arch)];
}

/**
 * As `emulation`, for a program that starts others of its own architecture: in a user namespace in which the kernel itself hands all of them
 * to QEMU. The process stays the same one, so that signals reach the program.
 *
 * Linux has such a registration for each user namespace since 6.7 (Documentation/admin-guide/binfmt-misc.rst); this machine's is left alone.
 * @param root the program's libraries; the system root of `emulation` unless given, '' for a program that goes to a root of its own.
 * @throws {RigUnavailableError} where QEMU cannot be had, or the kernel refuses.
 */
export async function emulatedKernel(arch: Architecture, root?: string): Promise<readonly string[]> {
  if (arch === ownArchitecture()) return [];
  await qemuFor(arch);
  const format = `/usr/lib/binfmt.d/qemu-${namesOf(arch).gnu}.conf`;
  const formats = '/proc/sys/fs/binfmt_misc';
  const script = `mount -t binfmt_misc binfmt_misc ${formats} && cat "$0" > ${formats}/register && exec "$@"`;
  const argv = [
    ...['env', `QEMU_LD_PREFIX=${root ?? (await systemRoot(arch))}`],
    ...['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', script, format],
  ];
  await run('env', [...argv.slice(1), 'true']).catch((cause) => {
    throw new RigUnavailableError('qemu', 'the kernel takes no program format in a user namespace', { cause });
  });
  return argv;
}

function qemuFor(arch: Architecture): Promise<string> {
  return debianCommand(`qemu-${namesOf(arch).gnu}-static`, 'qemu-user-static');
}

/** A folder with the libraries where Debian has them. */
async function systemRoot(arch: Architecture): Promise<string> {
  const packages = await debianPackages(libraries, arch);
  const key = shortHash(...packages.map(({ name, version }) => `${name}=${version}\n`));
  return makeOnce(join(rigCache(), 'roots', `${arch}-${key}`), async (scratch) => {
    const root = join(scratch, 'root');
    for (const { files } of packages) await run('cp', ['--archive', '--no-target-directory', files, root]);
    return root;
  });
}
