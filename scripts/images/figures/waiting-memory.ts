import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { podEnvironment } from './pod-environment.ts';

/** What a stop container holds while it waits, in KiB, as the node's kernel counts it (proc_pid_status(5)). */
export interface WaitingMemory {
  /** VmRSS: all that is resident, the executable's own pages too. */
  readonly resident: number;
  /** RssAnon: the part that the kernel cannot take back. */
  readonly anonymous: number;
}

const patienceMs = 20_000;

/**
 * Starts the stop container, waits until it waits, and looks at it. It is a static executable, so it needs the same in a container.
 * @throws {Error} when it ends, or does not wait after twenty seconds.
 */
export async function measureWaiting(stopcontainer: string): Promise<WaitingMemory> {
  const dir = await mkdtemp(join(tmpdir(), 'firecamp-waiting-'));
  await Promise.all(['data', 'run'].map((name) => mkdir(join(dir, name))));
  // It asks nobody before it has to release, so nobody has to listen there.
  const child = spawn(stopcontainer, [], { env: podEnvironment(dir, 1), stdio: ['ignore', 'ignore', 'pipe'] });
  const said = text(child.stderr);
  try {
    if (!(await waits(child))) throw new Error(`the stop container ended instead of waiting: ${await said}`);
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
    return { resident: kibibytes(status, 'VmRSS'), anonymous: kibibytes(status, 'RssAnon') };
  } finally {
    child.kill('SIGKILL');
    await rm(dir, { recursive: true });
  }
}

/** At first it has the program check its configuration, whose CPU time counts for it once that has ended (proc_pid_stat(5): cutime). */
async function waits(child: ChildProcess): Promise<boolean> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '');
    const [cutime = 0, cstime = 0] = (stat.split(') ')[1]?.split(' ') ?? []).slice(13, 15).map(Number);
    if (child.exitCode !== null) return false;
    if (cutime + cstime > 0) return true;
    if (Date.now() > until) throw new Error(`the stop container does not wait after ${patienceMs} ms`);
    await sleep(20);
  }
}

function kibibytes(status: string, field: string): number {
  const value = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (value === undefined) throw new Error(`the kernel tells no ${field}`);
  return Number(value);
}
