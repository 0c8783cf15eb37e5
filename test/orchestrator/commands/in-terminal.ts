import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { debianCommand } from '../../../scripts/rig/debian.ts';
import { builtFirecamp } from './firecamp.ts';
import type { CommandWorld } from './world.ts';

/** Runs the command line at a terminal of its own (util-linux' `script`), whose keys are stdin and whose screen is stdout. */
export async function spawnInTerminal(
  { cwd, env }: Pick<CommandWorld, 'cwd' | 'env'>,
  args: readonly string[],
): Promise<ChildProcessWithoutNullStreams> {
  const script = await debianCommand('script', 'bsdutils');
  const line = [await builtFirecamp(), ...args].map((word) => `'${word}'`).join(' ');
  const options = { cwd, env: { HOME: cwd, TERM: 'xterm', SHELL: '/bin/sh', ...env }, timeout: 120_000 };
  return spawn(script, ['--quiet', '--return', '--command', line, '/dev/null'], options);
}
