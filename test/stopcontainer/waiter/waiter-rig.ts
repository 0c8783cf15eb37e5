import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { compileWaiter } from '../../../scripts/build/compile-waiter.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..', '..', '..');

/** Stands in for the program beside the waiter: notes how it was called, then does what the test left in a file of the mode's name. */
const standIn = `#!/bin/sh
here=\${0%/*}
printf '%s %s\\n' "$$" "$*" >> "$here/calls"
# By the shell itself: dash blocks signals while it starts a command.
while read -r line; do
  case $line in SigBlk*|SigIgn*) echo "$line" ;; esac
done < /proc/$$/status > "$here/signals$1"
[ -f "$here/on$1" ] && . "$here/on$1"
exit 0
`;

let compiling: Promise<string> | undefined;

/** The waiter, compiled once for all tests of a file. */
function compiled(): Promise<string> {
  compiling ??= (async () => {
    const dir = await mkdtemp(join(tmpdir(), 'firecamp-waiter-'));
    process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
    const target = join(dir, 'firecamp-stopcontainer');
    await compileWaiter(root, target, process.env['CC']);
    return target;
  })();
  return compiling;
}

/** A network namespace with one interface, the compiled waiter with a stand-in beside it, and a run directory. */
export interface WaiterRig {
  readonly dir: string;
  readonly runDir: string;
  /** Runs a command in the namespace and gives its output. */
  inside(...command: string[]): Promise<string>;
  /** Starts the waiter in the namespace. The process is the waiter's own, or that of the last command of `wrapper`. */
  start(options?: StartOptions): Waiter;
  /** What the stand-in does when its first argument is `mode`: shell commands. */
  on(mode: string, script: string): Promise<void>;
  /** The stand-in's calls so far, "<pid> <arguments>" each. */
  calls(): Promise<string[]>;
  writeClaim(fields: ClaimFields): Promise<void>;
  /** The id that the waiter announced; waits for it. */
  waiterId(): Promise<string>;
  /** The one entry of `ip -j addr` for the member's address, undefined when it is not there. */
  address(): Promise<AddressInfo | undefined>;
  close(): Promise<void>;
}

export interface StartOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly wrapper?: readonly string[];
}

export interface Waiter {
  readonly process: ChildProcess;
  readonly pid: number;
  /** stderr so far. */
  log(): string;
  stdout(): string;
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

export interface ClaimFields {
  readonly epoch: number;
  readonly waiter: string;
  readonly address?: string;
  readonly podUid?: string;
}

export interface AddressInfo {
  readonly local: string;
  readonly prefixlen: number;
  readonly scope: string;
  readonly label: string;
  readonly noprefixroute?: boolean;
  readonly valid_life_time: number;
  readonly preferred_life_time: number;
}

export const member = '10.0.1.200';
export const networkInterface = 'ens5';

export async function makeWaiterRig(): Promise<WaiterRig> {
  const dir = await mkdtemp(join(tmpdir(), 'firecamp-waiter-'));
  const runDir = join(dir, 'run');
  await mkdir(runDir);
  await copyFile(await compiled(), join(dir, 'firecamp-stopcontainer'));
  await writeFile(join(dir, 'firecamp-initcontainer'), standIn, { mode: 0o755 });
  await writeFile(join(dir, 'calls'), '');

  // Holds the namespaces until its stdin is closed; every other process enters them.
  const holder = spawn('unshare', ['--user', '--map-root-user', '--net', 'sh', '-c', 'echo; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  const enter = ['nsenter', '--target', String(holder.pid), '--user', '--net', '--preserve-credentials', '--'];
  const started: ChildProcess[] = [];

  const rig: WaiterRig = {
    dir,
    runDir,
    inside: async (...command) => (await run('nsenter', [...enter.slice(1), ...command])).stdout,
    start: (options = {}) => {
      const waiter = startWaiter([...enter, ...(options.wrapper ?? [])], dir, runDir, options);
      started.push(waiter.process);
      return waiter;
    },
    on: (mode, script) => writeFile(join(dir, `on${mode}`), script),
    calls: async () => (await readFile(join(dir, 'calls'), 'utf8')).split('\n').filter((line) => line !== ''),
    writeClaim: async (fields) => {
      await writeFile(join(runDir, '.claim.new'), claimText(fields));
      await rename(join(runDir, '.claim.new'), join(runDir, 'claim'));
    },
    waiterId: () =>
      eventually('the waiter announces itself', () => readFile(join(runDir, 'waiter'), 'utf8').catch(() => '')),
    address: async () => {
      const links: { addr_info: AddressInfo[] }[] = JSON.parse(
        await rig.inside('ip', '-j', 'addr', 'show', 'dev', networkInterface),
      );
      return links.flatMap(({ addr_info }) => addr_info).find(({ local }) => local === member);
    },
    close: async () => {
      for (const { pid } of started) endGroup(pid);
      holder.stdin.end();
      await once(holder, 'exit');
      await rm(dir, { recursive: true, force: true });
    },
  };
  await rig.inside('ip', 'link', 'add', networkInterface, 'type', 'veth', 'peer', 'name', 'other');
  await rig.inside('ip', 'link', 'set', networkInterface, 'up');
  return rig;
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function startWaiter(before: string[], dir: string, runDir: string, { args = [], env = {} }: StartOptions): Waiter {
  const [command = '', ...rest] = [...before, join(dir, 'firecamp-stopcontainer'), ...args];
  const child = spawn(command, rest, {
    env: { PATH: process.env['PATH'], FIRECAMP_RUN_DIR: runDir, FIRECAMP_WATCH_INTERVAL: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that a guard that outlives the waiter can be ended with it.
    detached: true,
  });
  let log = '';
  let out = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const ended = new Promise<number | string>((ok, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => ok(code ?? signal ?? 'no code and no signal'));
  });
  return { process: child, pid: child.pid ?? -1, log: () => log, stdout: () => out, ended };
}

/** A whole claim file. */
export function claimText({ epoch, waiter, address = member, podUid = '0f1e-2d' }: ClaimFields): string {
  return `address=${address}\nepoch=${epoch}\ninterface=eni-1\nmac=02:00:00:00:00:01\npod-uid=${podUid}\nwaiter=${waiter}\nend=1\n`;
}

/** Polls until `probe` gives something other than undefined, false or the empty string; rejects after ten seconds. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined | false | ''>): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false && found !== '') return found;
    if (Date.now() > deadline) throw new Error(`not within ten seconds: ${what}`);
    await sleep(20);
  }
}
