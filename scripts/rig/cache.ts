import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where the rig keeps what takes minutes to make, outside every checkout. */
export function rigCache(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'firecamp-rig');
}

/** The first digits of a SHA-256 over the parts, for names that must change with their content. */
export function shortHash(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 12);
}

/** Tells a person why nothing happens for a while. */
export function say(line: string): void {
  process.stderr.write(`rig: ${line}\n`);
}

/**
 * Makes a file or folder once for all processes of this machine.
 *
 * It appears under its final name only when it is complete: a build that is cut off leaves a `.tmp-` folder, never half
 * a result.
 *
 * @param build - is given an empty folder and returns what of it becomes `target`.
 */
export async function makeOnce(target: string, build: (folder: string) => Promise<string>): Promise<string> {
  if (existsSync(target)) return target;
  await mkdir(dirname(target), { recursive: true });
  const lock = await takeLock(target);
  try {
    if (existsSync(target)) return target;
    const folder = await mkdtemp(`${target}.tmp-`);
    try {
      await rename(await build(folder), target);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return target;
  } finally {
    lock.close();
  }
}

/** An abstract socket needs no file and ends with its process, so a killed builder never blocks the next one. */
async function takeLock(target: string): Promise<Server> {
  let told = false;
  for (;;) {
    const server = await listen(`\0firecamp-rig-${shortHash(target)}`);
    if (server) return server;
    if (!told) say(`another process is making ${target}: waiting for it`);
    told = true;
    await sleep(500);
  }
}

function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(name, () => resolve(server));
  });
}
