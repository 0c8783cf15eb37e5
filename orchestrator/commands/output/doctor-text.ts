import type { CheckReport, CheckResult } from '../../doctor/check-report.ts';
import { textTable } from './table.ts';

const inWords: readonly (readonly [CheckResult, string])[] = [
  ['fail', 'failed'],
  ['unknown', 'could not be found out'],
  ['warn', 'to be looked at'],
  ['skip', 'left out'],
];

/** The findings for a person: all in one line, a line each, and below what to do about those that are not as they must be. */
export function doctorText(checks: readonly CheckReport[]): string {
  const rows = checks.map(({ id, category, title, result, found }) => [result, id, category, title, found]);
  const below = checks.filter(({ result }) => result !== 'pass' && result !== 'skip').map(advice);
  return [
    `${summary(checks)}\n\n`,
    textTable(['RESULT', 'ID', 'CATEGORY', 'CHECK', 'FOUND'], rows),
    below.length === 0 ? '' : `\n${below.join('\n')}`,
  ].join('');
}

function summary(checks: readonly CheckReport[]): string {
  const counts = inWords.flatMap(([result, words]) => {
    const count = checks.filter((check) => check.result === result).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  const passed = `${checks.filter(({ result }) => result === 'pass').length} of ${checks.length} checks passed`;
  return [passed, ...counts].join(', ');
}

function advice({ id, title, result, found, expected, remedy, page }: CheckReport): string {
  const lines = [`${id} ${title}: ${result}`, `  found:    ${found}`, `  expected: ${expected}`];
  return [...lines, ...(remedy === undefined ? [] : [`  remedy:   ${remedy}`]), `  see:      ${page}`, ''].join('\n');
}
