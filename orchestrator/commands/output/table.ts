/** A table as kubectl prints it: columns padded, three spaces between, nothing at the end of a line. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_title, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) => `${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

/** What a cell shows where there is nothing; `<unknown>` is for what could not be read. */
export const nothing = '<none>';
export const unknown = '<unknown>';
