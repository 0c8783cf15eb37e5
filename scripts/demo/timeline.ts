import type { Asked } from './recorded-call.ts';
import type { Style } from './terminal.ts';

/** One step of a timeline: who was asked what, when (milliseconds), and what it changed. */
export interface TimelineRow {
  readonly who: string;
  readonly what: string;
  readonly began: number;
  readonly ended: number;
  readonly changes: readonly string[];
  /** Whom it went to; `local` stayed on the node. */
  readonly kind: Asked | 'local';
}

const colours = {
  pods: 'magenta',
  store: 'blue',
  ec2: 'yellow',
  route53: 'yellow',
  sts: 'yellow',
  servicequotas: 'yellow',
  'pod-identity-agent': 'dim',
  imds: 'dim',
  local: 'cyan',
} as const satisfies Record<Asked | 'local', keyof Style>;
const startColumns = 5;
const whoColumns = 10;
const whatColumns = 30;
const tookColumns = 4;
const leastBarColumns = 12;

/**
 * Lines of at most `width` columns: start in ms, who, what, duration in ms, and a bar at its place between `from` and `to`;
 * what a step changed stands below it.
 */
export function renderTimeline(
  rows: readonly TimelineRow[],
  span: { readonly from: number; readonly to: number },
  { width, style }: { readonly width: number; readonly style: Style },
): string[] {
  // Two columns of margin, four spaces between columns.
  const rest = width - 2 - startColumns - whoColumns - tookColumns - 5;
  const what = Math.min(whatColumns, rest - leastBarColumns);
  const columns = Math.min(60, rest - what);
  const margin = ' '.repeat(2 + startColumns + 1);
  const head = `${margin}${''.padEnd(whoColumns + 1 + what + 1)}${'took'.padStart(tookColumns)}`;
  const lines = [style.dim(`  ${'at ms'.padStart(startColumns)}${head.slice(2 + startColumns)}`)];
  for (const row of rows) {
    const start = String(Math.round(row.began - span.from)).padStart(startColumns);
    const took = String(Math.max(1, Math.round(row.ended - row.began))).padStart(tookColumns);
    const colour = style[colours[row.kind]];
    const text = `${row.who.padEnd(whoColumns)} ${fit(row.what, what)}`;
    lines.push(`  ${style.dim(start)} ${text} ${took}  ${colour(bar(row, span, columns))}`.trimEnd());
    for (const change of row.changes)
      lines.push(`${margin}${style.green(`└ ${fit(change, width - margin.length - 2).trimEnd()}`)}`);
  }
  return lines;
}

/** A bar as long as its part of the span, at its place in it; never shorter than a column. */
export function bar(
  { began, ended }: Pick<TimelineRow, 'began' | 'ended'>,
  { from, to }: { readonly from: number; readonly to: number },
  columns: number,
): string {
  const scale = columns / Math.max(1, to - from);
  const first = Math.min(columns - 1, Math.max(0, Math.floor((began - from) * scale)));
  const end = Math.min(columns, Math.max(first + 1, Math.round((ended - from) * scale)));
  const thin = (ended - began) * scale < 0.5;
  return `${' '.repeat(first)}${thin ? '▏' : '█'.repeat(end - first)}`;
}

function fit(text: string, columns: number): string {
  return text.length <= columns ? text.padEnd(columns) : `${text.slice(0, columns - 1)}…`;
}
