import type { Change, DryRun } from '../../operation.ts';
import type { CliIo } from '../cli-io.ts';
import type { OutputFormat } from '../input/common-options.ts';
import { printResult } from './print.ts';
import { textTable } from './table.ts';

/** Changes as a table. */
export function changesTable(changes: readonly Change[]): string {
  const rows = changes.map(({ action, kind, name, detail }) => [action, kind, name, detail ?? '']);
  return textTable(['ACTION', 'KIND', 'NAME', 'DETAIL'], rows);
}

/** Prints what was done, or with a dry run would be. */
export function printChanges(
  io: Pick<CliIo, 'stdout'>,
  { output, dryRun }: { readonly output: OutputFormat; readonly dryRun: DryRun },
  changes: readonly Change[],
): void {
  printResult(io, output, { dryRun, changes }, () =>
    changes.length === 0 ? 'nothing to do\n' : `${dryRun === 'none' ? '' : heading(dryRun)}${changesTable(changes)}`,
  );
}

function heading(dryRun: DryRun): string {
  return `Dry run (${dryRun}): nothing was changed. This would be done:\n`;
}
