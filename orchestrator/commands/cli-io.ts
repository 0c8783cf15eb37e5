import type { Readable } from 'node:stream';
import type { Notices } from './progress/notices.ts';

/** Where a command's words go: results to stdout, everything about how it went to stderr. */
export interface CliIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Warnings and the like, on stderr too, also while progress is shown there. */
  readonly notices: Notices;
  /** A line on stderr that is no result: for a person as it is, where JSON was asked for as a JSON line. */
  readonly say: (text: string) => void;
  readonly stdin: Readable;
  /** Which of the three are a person's terminal. */
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** Size of that terminal, as it is now. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}
