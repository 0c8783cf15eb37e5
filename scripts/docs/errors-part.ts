import { type ErrorCode, errorCatalogue } from '../../common/domain/error-catalogue.ts';
import { exitCodes } from '../../common/domain/exit-codes.ts';
import { table } from './generated-part.ts';

/** Every code of the catalogue, in its order. */
export const errorCodes = Object.keys(errorCatalogue) as ErrorCode[];

const meanings: { readonly [K in keyof typeof exitCodes]: string } = {
  done: 'Done. Also a release that found nothing to release, and TESTMODE with a valid configuration.',
  negativeFinding:
    'A question was answered with no: a difference, a service that is not ready, a check of `firecamp doctor` that failed, a finding of `firecamp audit`. Of the catalogue only the codes of such checks and findings have it.',
  badInput: 'The input is wrong: a setting, a name, a store that does not exist. The same run fails again.',
  couldNotFindOut: 'It could not be found out or done: a system did not answer, refused access, or answered nonsense.',
  timeout: 'The time was over. What was begun stays in the record, and the next run goes on from there.',
  refused: 'Refused with a reason: somebody else owns it, or it must not be done here.',
  interrupted: 'Ended by SIGTERM or SIGINT.',
};

/** Exit codes and the catalogue as two tables. */
export function errorsPart(): string {
  const exits = Object.entries(exitCodes).map(([name, code]) => [
    String(code),
    meanings[name as keyof typeof exitCodes],
  ]);
  const errors = errorCodes.map((code) => {
    const { name, exitCode, remedy } = errorCatalogue[code];
    return [`[${code}](codes/${code}.md)`, name, String(exitCode), remedy];
  });
  return [
    '## Exit codes',
    table(['code', 'meaning'], exits),
    '## Errors',
    table(['code', 'name', 'exit code', 'remedy'], errors),
  ].join('\n\n');
}

/** Name, exit code and remedy of one code. */
export function codePart(code: ErrorCode): string {
  const { name, exitCode, remedy } = errorCatalogue[code];
  return `# ${code} ${name}\n\nExit code ${exitCode}. ${remedy}`;
}

const sections = ['Example', 'Cause', 'Fix'] as const;

/** What a hand-written page of a code lacks; each section has to say something. */
export function missingSections(page: string): string[] {
  return sections.filter((name) => !new RegExp(`^## ${name}\\n+(?!#)\\S`, 'm').test(page));
}
