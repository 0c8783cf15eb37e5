import { PassThrough } from 'node:stream';
import type { CliIo } from '../../../orchestrator/commands/cli-io.ts';
import { Notices } from '../../../orchestrator/commands/progress/notices.ts';

/** Streams of a command in a test, and what came out of them. */
export interface RecordingIo extends CliIo {
  readonly stdin: PassThrough;
  readonly out: () => string;
  readonly err: () => string;
}

/** `terminal`: all three are a person's. */
export function recordingIo(terminal: boolean, env: Readonly<Record<string, string>> = {}): RecordingIo {
  const written = { out: '', err: '' };
  const stderr = (text: string) => {
    written.err += text;
  };
  return {
    stdin: new PassThrough(),
    stdout: (text) => {
      written.out += text;
    },
    stderr,
    say: (text) => stderr(`${text}\n`),
    notices: new Notices(stderr),
    terminal: { stdin: terminal, stdout: terminal, stderr: terminal },
    size: () => ({ columns: 40, rows: 6 }),
    env,
    out: () => written.out,
    err: () => written.err,
  };
}
