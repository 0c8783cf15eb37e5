import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AptGet, aptFor } from './apt.ts';
import { type Architecture, ownArchitecture } from './architecture.ts';
import { makeOnce, rigCache } from './cache.ts';
import { run } from './processes.ts';
import { RigUnavailableError } from './unavailable.ts';

/** A Debian package, unpacked and not installed: the machine's own files may be changed, older, or absent. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Where its files are, under the paths that they have when it is installed. */
  readonly files: string;
  /** The control paragraph, as dpkg keeps it of an installed package. */
  readonly control: string;
}

/**
 * Downloads and unpacks packages, of the version that apt would install now; once each, they are kept.
 * @throws {RigUnavailableError} where apt is missing or does not know one of them: images are built on Debian.
 */
export async function debianPackages(
  names: readonly string[],
  arch: Architecture = ownArchitecture(),
): Promise<DebianPackage[]> {
  const apt = await aptFor(arch).catch(unavailable);
  const fetchAll = async () => {
    const archives = await archivesOf(names, apt);
    return Promise.all(names.map((name) => unpacked(name, archiveOf(name, archives), apt)));
  };
  return fetchAll().catch(async () => {
    // No package lists yet, or lists so old that what they name is gone from the archive.
    await apt(['update']).catch(unavailable);
    return fetchAll().catch(unavailable);
  });
}

/** File names of the archives, `NAME_VERSION_ARCHITECTURE.deb`. */
async function archivesOf(names: readonly string[], apt: AptGet): Promise<string[]> {
  const answer = await apt(['download', '--print-uris', ...names]);
  return [...answer.matchAll(/^'[^']*' (\S+\.deb) /gm)].map(([, file = '']) => file);
}

function unavailable(cause: unknown): never {
  if (cause instanceof RigUnavailableError) throw cause;
  const words = cause instanceof Error ? cause.message : String(cause);
  throw new RigUnavailableError("Debian's packages", `apt-get does not give them: ${words}`, { cause });
}

function archiveOf(name: string, archives: readonly string[]): string {
  const found = archives.find((file) => file.startsWith(`${name}_`));
  if (found === undefined) throw new RigUnavailableError(name, 'apt-get names no archive of this package');
  return found;
}

async function unpacked(name: string, archive: string, apt: AptGet): Promise<DebianPackage> {
  const folder = await makeOnce(join(rigCache(), 'debian', archive.replace(/\.deb$/, '')), async (scratch) => {
    await apt(['download', name], scratch);
    const [file] = (await readdir(scratch)).filter((entry) => entry.endsWith('.deb'));
    if (file === undefined) throw new RigUnavailableError(name, 'apt-get download left no archive');
    const whole = join(scratch, 'whole');
    await mkdir(whole);
    await run('dpkg-deb', ['--extract', join(scratch, file), join(whole, 'files')]);
    await run('dpkg-deb', ['--control', join(scratch, file), join(whole, 'control')]);
    return whole;
  });
  const control = await readFile(join(folder, 'control', 'control'), 'utf8');
  return {
    name,
    version: field(control, 'Version'),
    architecture: field(control, 'Architecture'),
    files: join(folder, 'files'),
    control,
  };
}

function field(control: string, key: string): string {
  const line = control.split('\n').find((text) => text.startsWith(`${key}: `));
  if (line === undefined) throw new Error(`a package without ${key} in its control file`);
  return line.slice(key.length + 2);
}
