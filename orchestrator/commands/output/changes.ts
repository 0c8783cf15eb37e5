import type { Change, DryRun } from '../../operation.ts';
import type { CliIo } from '../cli-io.ts';
import type { OutputFormat } from '../input/common-options.ts';
import { cutAlike } from './cut-alike.ts';
import { printResult } from './print.ts';
import { textTable } from './table.ts';

/** Changes as a table. What was looked at and found as it should be is a count below it. */
export function changesTable(changes: readonly Change[]): string {
  const told = changes.filter((change) => !isUnchanged(change));
  const rows = cutAlike(
    told,
    ({ action, kind }) => `${action} ${kind}`,
    ({ action, kind, name, detail = '' }) => [action, kind, name, detail],
    (count, { action, kind }) => [action, kind, `and ${count} more`, 'all are shown with -o json'],
  );
  const count = changes.length - told.length;
  const more = told.length > 0 ? ' more' : '';
  const closing = count === 0 ? '' : `${count}${more} ${count === 1 ? 'object is' : 'objects are'} unchanged\n`;
  return `${rows.length > 0 ? textTable(['ACTION', 'KIND', 'NAME', 'DETAIL'], rows) : ''}${closing}`;
}

function isUnchanged({ action, detail }: Change): boolean {
  return action === 'keep' && detail === 'unchanged';
}

/** Prints what was done, or with a dry run would be. `nothing` is said where there was nothing to do. */
export function printChanges(
  io: Pick<CliIo, 'stdout'>,
  { output, dryRun }: { readonly output: OutputFormat; readonly dryRun: DryRun },
  changes: readonly Change[],
  nothing = 'nothing to do',
): void {
  printResult(io, output, { dryRun, changes }, () => {
    if (changes.length === 0) return `${nothing}\n`;
    if (changes.every(isUnchanged)) return `nothing to do: ${changesTable(changes)}`;
    return `${dryRun === 'none' ? '' : heading(dryRun)}${changesTable(changes)}`;
  });
}

function heading(dryRun: DryRun): string {
  return `Dry run (${dryRun}): nothing was changed. This would be done:\n`;
}

/** After a change that no running pod has yet, says so. */
export function hintAtRestart(io: Pick<CliIo, 'say'>, service: string, changes: readonly Change[]): void {
  const isNew = changes.some(({ action, kind }) => action === 'update' && kind === 'StatefulSet');
  if (isNew) io.say(`pods that run keep what they have until: firecamp restart ${service}`);
}
