import { execFile } from 'node:child_process';
import { FirecampError, InterruptedError } from '../domain/errors.ts';

/** How host commands are found and how long one may take. */
export interface HostCommandSettings {
  /** Path or name of iproute2's `ip`; 5.10 (AL2023) and 6.1 (Debian 12) have what is used: JSON, `-N`, rules with `protocol`. */
  readonly ipPath: string;
  /** Path or name of `arping` (iputils, or busybox's). */
  readonly arpingPath: string;
  /** Deadline of one command in milliseconds. */
  readonly timeoutMs: number;
}

const maxOutputBytes = 16 * 1024 * 1024;

/**
 * Runs a command of the host and gives its standard output. The child never outlives the call: the deadline and the signal both kill it.
 * Rejects with `FirecampError` FC-HST-001 (command line and its own words in the message), or `InterruptedError`.
 */
export async function runHostCommand(
  file: string,
  args: readonly string[],
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<string> {
  const commandLine = [file, ...args].join(' ');
  if (options.signal.aborted) throw new InterruptedError(`running "${commandLine}"`, options.signal.reason);
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      {
        encoding: 'utf8',
        timeout: options.timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: maxOutputBytes,
        signal: options.signal,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (options.signal.aborted) {
          reject(new InterruptedError(`running "${commandLine}"`, options.signal.reason));
        } else reject(hostCommandError(commandLine, error, stderr, options.timeoutMs));
      },
    );
  });
}

function hostCommandError(
  commandLine: string,
  error: Error & { readonly code?: unknown; readonly killed?: boolean },
  stderr: string,
  timeoutMs: number,
): FirecampError {
  const words = stderr.trim();
  const what =
    error.code === 'ENOENT'
      ? 'the program is not there'
      : error.killed
        ? `no end within ${timeoutMs} ms, killed`
        : `exit status ${String(error.code)}`;
  return new FirecampError('FC-HST-001', `"${commandLine}" failed: ${what}${words === '' ? '' : `: ${words}`}.`, {
    fields: {
      command: commandLine,
      stderr: words,
      exitStatus: typeof error.code === 'number' ? error.code : undefined,
    },
    cause: error,
  });
}
