import { spawn } from 'node:child_process';

/** A tool of the build ended badly. The message names the command and holds what it wrote. */
export class ToolError extends Error {
  readonly code = 'BUILD_TOOL';
  readonly command: readonly string[];
  /** Null when it could not be started or was killed. */
  readonly exitCode: number | null;

  constructor(command: readonly string[], exitCode: number | null, detail: string, options?: ErrorOptions) {
    super(
      `${command.join(' ')}: ${exitCode === null ? 'did not run to its end' : `exit ${exitCode}`}\n${detail}`,
      options,
    );
    this.command = command;
    this.exitCode = exitCode;
  }
}

/** Where and with what environment a tool runs; both this process's own unless given. */
export interface ToolOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a command to its end, without a shell.
 * @returns what it wrote to stdout.
 * @throws {ToolError} when it cannot be started, is killed, or exits with anything but 0.
 */
export function runTool(command: string, args: readonly string[], options: ToolOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let all = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      all += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      all += text;
    });
    child.on('error', (cause) => reject(new ToolError([command, ...args], null, cause.message, { cause })));
    child.on('close', (code) => {
      if (code === 0) resolve(out);
      else reject(new ToolError([command, ...args], code, all.trim()));
    });
  });
}
