import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** How a program ended, and what it said. */
export interface Ended {
  /** undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  /** The log, one object a line; a line that is no JSON becomes `{ raw }`. */
  readonly log: readonly Record<string, unknown>[];
  /** What was left for kubelet to show. */
  readonly stderr: string;
}

/** A program under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Everything logged so far. */
  log(): readonly Record<string, unknown>[];
  kill(signal: NodeJS.Signals): void;
}

/** Follows a program of the product whose output is piped here. */
export function followProgram(child: ChildProcess): Running {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const log = () => stderr.split('\n').filter(Boolean).map(parseLine);
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: typeof code === 'number' ? code : undefined,
    signal: (signal as NodeJS.Signals | null) ?? undefined,
    stdout,
    stderr,
    log: log(),
  }));
  return { child, ended, log, kill: (signal) => child.kill(signal) };
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { raw: line };
  }
}
