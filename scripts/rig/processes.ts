import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of the rig, started by this process and ended by its own process id. */
export interface RigProcess {
  readonly pid: number;
  /** The last lines that it printed, for the message of an error. */
  tail(): Promise<string>;
  /** True once it has ended, by itself or by `stop`. */
  ended(): boolean;
  /** TERM, and KILL after five seconds; returns once the process is gone. */
  stop(): Promise<void>;
  /** KILL; returns once the process is gone. */
  kill(): Promise<void>;
}

/**
 * Wraps a command so that the kernel ends it when this process dies: a test that is killed for its time-out
 * runs no clean-up of its own, and would leave its servers behind.
 */
function boundToUs(command: string, args: readonly string[]): [string, string[]] {
  return ['setpriv', ['--pdeathsig', 'KILL', '--', command, ...args]];
}

/**
 * Starts a server with its output in a file.
 *
 * @param logFile - receives standard output and error; made new.
 */
export async function startProcess(
  command: string,
  args: readonly string[],
  logFile: string,
  options: SpawnOptions = {},
): Promise<RigProcess> {
  const log = openSync(logFile, 'w');
  const [program, programArgs] = boundToUs(command, args);
  const child = spawn(program, programArgs, { ...options, stdio: ['ignore', log, log] });
  closeSync(log);
  await once(child, 'spawn');
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} has no process id`);
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid,
    ended,
    tail: () => tailOf(logFile),
    stop: () => stopChild(child, ended),
    kill: () => killChild(child, ended),
  };
}

async function tailOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-15).join('\n');
}

async function stopChild(child: ChildProcess, ended: () => boolean): Promise<void> {
  if (ended()) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(kill);
}

async function killChild(child: ChildProcess, ended: () => boolean): Promise<void> {
  if (ended()) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/**
 * Waits until `ready` says true.
 *
 * @throws Error with the last lines of the server's output when it ends or the deadline passes first.
 */
export async function waitUntilReady(
  name: string,
  server: RigProcess,
  ready: () => Promise<boolean>,
  deadlineMs = 120_000,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await ready().catch(() => false))) {
    if (server.ended()) throw new Error(`${name} ended before it was ready:\n${await server.tail()}`);
    if (Date.now() > end) throw new Error(`${name} was not ready in ${deadlineMs} ms:\n${await server.tail()}`);
    await sleep(50);
  }
}

/**
 * Runs a command to its end.
 *
 * @returns its standard output and error, as one text.
 * @throws Error with that text when it cannot be started or exits other than 0.
 */
export async function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<string> {
  const [program, programArgs] = boundToUs(command, args);
  const child = spawn(program, programArgs, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${signal ?? `exit ${code}`}\n${output.slice(-4_000)}`);
  return output;
}
