import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeOnce, rigCache, say } from './cache.ts';
import { debianCommand } from './debian.ts';
import { freePorts } from './free-port.ts';
import { run, startProcess, waitUntilReady } from './processes.ts';
import { RigUnavailableError } from './unavailable.ts';

/** moto's own gaps differ from version to version, and contracts name those of this one. */
const version = '5.2.5';

/** A second opinion on AWS, written by other people: moto serving all its services on one port. */
export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The Python interpreter of a virtual environment with moto in it, made once for this machine.
 *
 * @throws RigUnavailableError where there is no Python with pip and venv, or the package index is out of reach.
 */
export async function motoPython(): Promise<string> {
  const environment = await makeOnce(join(rigCache(), `moto-${version}`), async (folder) => {
    const python = await debianCommand('python3', 'python3-venv');
    const made = join(folder, 'venv');
    say(`installing moto ${version} with pip`);
    try {
      await run(python, ['-m', 'venv', made]);
      await run(join(made, 'bin', 'python3'), ['-m', 'pip', 'install', '--quiet', `moto[server]==${version}`]);
    } catch (cause) {
      throw new RigUnavailableError('moto', 'pip could not install it into a virtual environment', { cause });
    }
    return made;
  });
  return join(environment, 'bin', 'python3');
}

/**
 * Starts moto with an empty account of its own. It takes any credentials.
 *
 * @throws RigUnavailableError where it cannot be installed.
 */
export async function startMoto(): Promise<Moto> {
  const python = await motoPython();
  const folder = await mkdtemp(join(tmpdir(), 'firecamp-moto-'));
  const [port] = await freePorts(1);
  // The environment has moved since it was made, so the scripts in it name an interpreter that is not there.
  const program = 'from moto.server import main; import sys; main(sys.argv[1:])';
  const args = ['-c', program, '-H', '127.0.0.1', '-p', `${port}`];
  const server = await startProcess(python, args, join(folder, 'log'), { cwd: folder });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitUntilReady('moto', server, async () => (await fetch(`${url}/moto-api/`)).ok);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
