import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Architecture, namesOf, ownArchitecture } from './architecture.ts';
import { makeOnce, rigCache } from './cache.ts';
import { run } from './processes.ts';

/** Runs apt-get for packages of one architecture; gives what it printed. */
export type AptGet = (args: readonly string[], cwd?: string) => Promise<string>;

/** All requests as whoever runs this: apt's sandbox user could not write into our cache. */
const asOurselves = ['-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=3'];

/**
 * apt-get as this machine has it set up. For another architecture it has the machine's sources, and package lists of its own, of today:
 * adding the architecture to the machine's dpkg would change what everybody else's apt does.
 * @throws {Error} where apt is missing or cannot fetch the lists.
 */
export async function aptFor(arch: Architecture): Promise<AptGet> {
  if (arch === ownArchitecture()) return aptGet(asOurselves);
  const today = new Date().toISOString().slice(0, 10);
  const folder = await makeOnce(join(rigCache(), 'apt', `${arch}-${today}`), async (scratch) => {
    const made = join(scratch, 'lists');
    for (const part of ['state/lists/partial', 'cache/archives/partial']) {
      await mkdir(join(made, part), { recursive: true });
    }
    await writeFile(join(made, 'state', 'status'), '');
    await aptGet(optionsFor(arch, made))(['update']);
    return made;
  });
  await removeOthers(folder, arch);
  return aptGet(optionsFor(arch, folder));
}

function aptGet(options: readonly string[]): AptGet {
  return (args, cwd) => run('apt-get', [...options, ...args], cwd === undefined ? {} : { cwd });
}

/** apt.conf(5). Nothing counts as installed. */
function optionsFor(arch: Architecture, folder: string): string[] {
  const { debian } = namesOf(arch);
  const settings = {
    'APT::Architecture': debian,
    'APT::Architectures': debian,
    'Dir::State': join(folder, 'state'),
    'Dir::State::status': join(folder, 'state', 'status'),
    'Dir::Cache': join(folder, 'cache'),
  };
  return [...asOurselves, ...Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])];
}

/** Lists of other days are of no use to anybody. */
async function removeOthers(folder: string, arch: Architecture): Promise<void> {
  const all = (await readdir(dirname(folder))).map((name) => join(dirname(folder), name));
  const older = all.filter((path) => path < folder && path.startsWith(join(dirname(folder), `${arch}-`)));
  await Promise.all(older.map((path) => rm(path, { recursive: true, force: true })));
}
