import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { ensureCliBuilt } from '../../../scripts/build/ensure-built.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');

/** The command line of this checkout, unbuilt, as a command and its first argument. */
const source: readonly [string, ...string[]] = [process.execPath, join(root, 'scripts', 'build', 'cli-entry.ts')];

let built: Promise<string> | undefined;

/** Where and with what a command runs. */
interface RunOptions {
  readonly cwd: string;
  readonly stdin?: string;
  /** All the environment there is; its home is `cwd`, so that nobody's kubeconfig is found. */
  readonly env?: Readonly<Record<string, string>>;
  /** Run the checkout's sources, not the built executable, which starts four times as fast. */
  readonly unbuilt?: boolean;
  /** After so long it is killed; two minutes unless told. */
  readonly timeoutMs?: number;
}

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs, and how it will end. */
export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
}

/** Absolute path of the built command line. */
export async function builtFirecamp(): Promise<string> {
  built ??= ensureCliBuilt();
  return await built;
}

/** Starts the command line; whoever wants to write to its stdin or end it does so. */
export async function startFirecamp(args: readonly string[], options: Omit<RunOptions, 'stdin'>): Promise<Started> {
  const { cwd, env = {}, unbuilt = false, timeoutMs = 120_000 } = options;
  const [command, ...first] = unbuilt ? source : [await builtFirecamp()];
  const child = spawn(command, [...first, ...args], {
    cwd,
    env: { HOME: cwd, ...env },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  // It may end without having read what it is given.
  child.stdin.on('error', () => {});
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const ended = output.then(([stdout, stderr, [code]]) => ({ code: code as number | null, stdout, stderr }));
  return { child, ended };
}

/** Runs the command line to its end, with no more environment than it is given. */
export async function firecamp(args: readonly string[], { stdin = '', ...options }: RunOptions): Promise<Ended> {
  const { child, ended } = await startFirecamp(args, options);
  child.stdin.end(stdin);
  return await ended;
}
