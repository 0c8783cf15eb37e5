import Table from 'cli-table3';

const edges = ['top', 'bottom', 'left', 'right', 'mid'] as const;
const parts = edges.flatMap((edge) => [edge, `${edge}-mid`, `${edge}-left`, `${edge}-right`]);

/** No lines, and three spaces between the columns, as kubectl has it. */
const look = {
  chars: {
    ...Object.fromEntries([...parts, 'left-mid', 'right-mid', 'mid-mid'].map((part) => [part, ''])),
    middle: '   ',
  },
  style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
};

/** A table as kubectl prints it: columns padded, nothing at the end of a line. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ ...look, head: [...head] });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** What a cell shows where there is nothing; `<unknown>` is for what could not be read. */
export const nothing = '<none>';
export const unknown = '<unknown>';
