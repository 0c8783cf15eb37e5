import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-port.ts';
import { startProcess, waitUntilReady } from './processes.ts';

/**
 * Starts dynalite, a DynamoDB in 10 MB of JavaScript with its data in memory: for demonstrations. It has no transactions, and tells the
 * loser of a condition nothing of the winner.
 */
export async function startDynalite(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'firecamp-dynalite-'));
  const [port] = await freePorts(1);
  const program = createRequire(import.meta.url).resolve('dynalite/cli.js');
  const args = [program, '--host', '127.0.0.1', '--port', `${port}`, '--createTableMs', '0', '--deleteTableMs', '0'];
  const server = await startProcess(process.execPath, args, join(folder, 'log'));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitUntilReady('dynalite', server, async () => (await fetch(url)).status > 0);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
