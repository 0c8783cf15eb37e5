import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool, ToolError } from '../build/run-tool.ts';
import { makeOnce, rigCache } from '../rig/cache.ts';
import { RigUnavailableError } from '../rig/unavailable.ts';

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

/** All requests through apt as whoever runs this: its sandbox user could not write into our cache. */
const asOurselves = ['-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=3'];

/**
 * Downloads and unpacks packages, of the version that apt would install now; once each, they are kept.
 * @throws {RigUnavailableError} where apt is missing or does not know one of them: images are built on Debian.
 */
export async function debianPackages(names: readonly string[]): Promise<DebianPackage[]> {
  const archives = await archivesOf(names);
  return Promise.all(names.map((name) => unpacked(name, archiveOf(name, archives))));
}

/** File names of the archives, `NAME_VERSION_ARCHITECTURE.deb`. */
async function archivesOf(names: readonly string[]): Promise<string[]> {
  const ask = () => runTool('apt-get', [...asOurselves, 'download', '--print-uris', ...names]);
  const answer = await ask().catch(async () => {
    // No package lists yet, or lists that are too old.
    await runTool('apt-get', [...asOurselves, 'update']).catch(unavailable);
    return ask().catch(unavailable);
  });
  return [...answer.matchAll(/^'[^']*' (\S+\.deb) /gm)].map(([, file = '']) => file);
}

function unavailable(error: unknown): never {
  if (!(error instanceof ToolError)) throw error;
  throw new RigUnavailableError("Debian's packages", `apt-get does not give them: ${error.message}`, { cause: error });
}

function archiveOf(name: string, archives: readonly string[]): string {
  const found = archives.find((file) => file.startsWith(`${name}_`));
  if (found === undefined) throw new RigUnavailableError(name, 'apt-get names no archive of this package');
  return found;
}

async function unpacked(name: string, archive: string): Promise<DebianPackage> {
  const folder = await makeOnce(join(rigCache(), 'debian', archive.replace(/\.deb$/, '')), async (scratch) => {
    await runTool('apt-get', [...asOurselves, 'download', name], { cwd: scratch });
    const [file] = (await readdir(scratch)).filter((entry) => entry.endsWith('.deb'));
    if (file === undefined) throw new RigUnavailableError(name, 'apt-get download left no archive');
    const whole = join(scratch, 'whole');
    await mkdir(whole);
    await runTool('dpkg-deb', ['--extract', join(scratch, file), join(whole, 'files')]);
    await runTool('dpkg-deb', ['--control', join(scratch, file), join(whole, 'control')]);
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
