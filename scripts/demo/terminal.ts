import { wrap } from './wrap.ts';

/** How lines are made for where they go. */
export interface Terminal {
  /** Columns; lines of tables and timelines keep within. */
  readonly width: number;
  readonly style: Style;
  print(line?: string): void;
  /** Prints a text in lines that keep within the width. */
  say(text: string, how?: { readonly indent?: string; readonly paint?: (line: string) => string }): void;
}

/** Wrap a text in a colour, or leave it as it is. */
export type Style = Readonly<
  Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'blue' | 'magenta', (text: string) => string>
>;

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;

/** The styles, which do nothing where there is no colour. */
export function styles(coloured: boolean): Style {
  const wrap = (code: number) => (text: string) => (coloured && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    bold: wrap(codes.bold),
    dim: wrap(codes.dim),
    red: wrap(codes.red),
    green: wrap(codes.green),
    yellow: wrap(codes.yellow),
    blue: wrap(codes.blue),
    magenta: wrap(codes.magenta),
    cyan: wrap(codes.cyan),
  };
}

/**
 * The terminal that a stream is. Colours only for a person: on a TTY and without NO_COLOR (no-color.org).
 * Widths are held between 72 and 140 columns; what is no terminal gets 80.
 */
export function terminalOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown },
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const coloured = stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const width = Math.min(140, Math.max(72, stream.columns ?? 80));
  const print = (line = '') => void stream.write(`${line}\n`);
  return {
    width,
    style: styles(coloured),
    print,
    say(text, { indent = '', paint = (line: string) => line } = {}) {
      for (const line of wrap(text, width, indent)) print(paint(line));
    },
  };
}
