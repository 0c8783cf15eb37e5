import { open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 100;
const halfWrittenMs = 2_000;
/** Far longer than a build takes: the holder's process id belongs to somebody else by now. */
const abandonedMs = 600_000;

/**
 * Runs `task` while holding the lock file, so that callers in several processes do not all do the same work. It saves
 * work and is no safety: where two break a dead holder's lock in the same instant, both run, and each product still
 * appears whole.
 */
export async function withBuildLock<T>(file: string, task: () => Promise<T>): Promise<T> {
  while (!(await tryLock(file))) {
    if (await holderIsGone(file)) await rm(file, { force: true });
    else await sleep(pollMs);
  }
  try {
    return await task();
  } finally {
    await rm(file, { force: true });
  }
}

async function tryLock(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(`${process.pid}\n`);
    await handle.close();
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function holderIsGone(file: string): Promise<boolean> {
  try {
    const pid = Number.parseInt(await readFile(file, 'utf8'), 10);
    const ageMs = Date.now() - (await stat(file)).mtimeMs;
    if (Number.isNaN(pid)) return ageMs > halfWrittenMs;
    process.kill(pid, 0);
    return ageMs > abandonedMs;
  } catch (error) {
    return hasCode(error, 'ESRCH');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
