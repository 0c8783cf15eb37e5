import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from './cache.ts';
import { run } from './processes.ts';
import { RigUnavailableError } from './unavailable.ts';

/** The command's full path in PATH, if it is there. */
export function inPath(command: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The path of a command, installed from Debian first where it is missing and we are root.
 *
 * @param packages - that have the command and what it cannot do without.
 * @throws RigUnavailableError where it is missing and cannot be installed.
 */
export function debianCommand(command: string, ...packages: readonly string[]): Promise<string> {
  return debianPart(command, () => inPath(command), packages);
}

/** As `debianCommand`, for a program that is nobody's command, by its full path. */
export function debianProgram(file: string, ...packages: readonly string[]): Promise<string> {
  return debianPart(file, () => (isExecutable(file) ? file : undefined), packages);
}

async function debianPart(
  command: string,
  find: () => string | undefined,
  packages: readonly string[],
): Promise<string> {
  const present = find();
  if (present) return present;
  if (process.getuid?.() !== 0 || !inPath('apt-get')) {
    throw new RigUnavailableError(
      command,
      `it is not there; install it (Debian: apt-get install ${packages.join(' ')})`,
    );
  }
  await install(packages);
  const installed = find();
  if (installed) return installed;
  throw new RigUnavailableError(
    command,
    `it is not there although Debian's package ${packages.join(', ')} was installed`,
  );
}

async function install(packages: readonly string[]): Promise<void> {
  say(`installing ${packages.join(', ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const wait = ['-o', 'DPkg::Lock::Timeout=600', '-o', 'Acquire::Retries=3'];
  const quiet = ['--no-install-recommends'];
  try {
    await run('apt-get', [...wait, 'install', '-y', ...quiet, ...packages], { env });
  } catch {
    // A machine that never fetched the package lists knows no package; one with old lists asks for versions long gone.
    await run('apt-get', [...wait, 'update'], { env });
    await run('apt-get', [...wait, 'install', '-y', ...quiet, ...packages], { env }).catch((cause) => {
      throw new RigUnavailableError(packages.join(', '), `apt-get could not install it`, { cause });
    });
  }
}
