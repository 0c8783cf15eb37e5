import type { ErrorCode } from '../../common/domain/error-catalogue.ts';
import type { FirecampError } from '../../common/domain/errors.ts';

/** The catalogue's remedies are for pods; these are for whoever runs the acceptance. */
const advice: Partial<Record<ErrorCode, string>> = {
  'FC-AWS-001':
    'Add the action named above to your policy; `npm run acceptance -- --iam` prints a policy that is enough.',
  'FC-AWS-005': 'Give credentials in one of the SDK’s usual ways: variables, a profile, or the role of the instance.',
};

/** The error for whoever runs the acceptance, and what to do where that is known. */
export function adviceLines({ code, message }: FirecampError): string[] {
  const known = advice[code];
  return known === undefined ? [message] : [message, known];
}

/** How to go on after a cleaning that did not come to its end. */
export function uncleanLine(runId: string): string {
  return `What is left of the run is taken away by: npm run acceptance -- --clean ${runId}`;
}
