import type { AuditReport } from '../../audit/audit-report.ts';
import type { Finding, Mend } from '../../audit/finding.ts';
import { age } from './age.ts';
import { nothing, textTable } from './table.ts';

/** The findings for a person: all in one line, a line each, and below all that is known of each that is not pending. */
export function auditText({ summary, findings }: AuditReport, now: number, withNamespace: boolean): string {
  if (findings.length === 0) return `${summary}\n`;
  const head = ['RESULT', 'CODE', 'SERVICE', 'MEMBER', 'SUBJECT', 'SINCE', 'MENDABLE', 'FOUND'];
  const rows = findings.map((one) => [
    one.kind,
    one.code,
    one.service ?? nothing,
    one.member ?? nothing,
    one.subject ?? nothing,
    since(one, now),
    one.mend.may ? 'yes' : 'no',
    one.found,
  ]);
  const table = withNamespace
    ? textTable(
        ['NAMESPACE', ...head],
        rows.map((row, index) => [findings[index]?.namespace ?? '', ...row]),
      )
    : textTable(head, rows);
  const below = findings.filter(({ kind }) => kind !== 'pending').map(details);
  return [`${summary}\n\n`, table, below.length === 0 ? '' : `\n${below.join('\n')}`].join('');
}

/** Without a time of the layer’s own it has been so at least since it was looked at. */
function since({ since: { at, from } }: Finding, now: number): string {
  return from === 'seen' ? nothing : age(at, now);
}

function details(finding: Finding): string {
  const { code, name, kind, service, member, found, expected, cause, mend, remedy, page } = finding;
  const about = member ?? service;
  return [
    `${code} ${name}${about === undefined ? '' : ` of ${about}`}: ${kind}`,
    `  found:    ${found}`,
    `  expected: ${expected}`,
    `  cause:    ${cause}`,
    `  mending:  ${mending(mend)}`,
    `  remedy:   ${remedy}`,
    `  see:      ${page}`,
    '',
  ].join('\n');
}

const acts = {
  AssignToRecordedInterface: 'the address may be assigned to the record’s interface',
  ChangeName: 'the name may be changed',
} as const;

function mending(mend: Mend): string {
  return mend.may ? `${acts[mend.act]}: ${mend.why}` : `left alone: ${mend.why}`;
}
