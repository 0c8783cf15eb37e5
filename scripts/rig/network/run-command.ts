import { spawn } from 'node:child_process';

/** How a command ended and what it printed. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, with `input` on its standard input. Rejects only when it cannot be started. */
export function runToEnd(argv: readonly string[], input = '', env?: NodeJS.ProcessEnv): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const [file = '', ...args] = argv;
    const child = spawn(file, args, env === undefined ? {} : { env });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    // A command that does not read its input may be gone before it is written.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Runs a command that must succeed; gives what it printed, rejects with its own words. */
export async function mustRun(argv: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(argv, input);
  if (code !== 0) throw new Error(`"${argv.join(' ')}" failed (${code}): ${stderr.trim()}${input && ` in:\n${input}`}`);
  return stdout;
}

/** Runs lines of `ip` commands in one process, in a named network namespace or in our own. */
export async function ipBatch(namespace: string | undefined, lines: readonly string[]): Promise<void> {
  const where = namespace === undefined ? [] : ['-n', namespace];
  await mustRun(['ip', ...where, '-batch', '-'], `${lines.join('\n')}\n`);
}
