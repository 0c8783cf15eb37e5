import { FirecampError } from '../../common/domain/errors.ts';
import type { Operation } from '../operation.ts';
import { memberTrouble } from './member-trouble.ts';

/** FC-SVC-006 for a member whose time is over: what its pod, the Events and the last lines of its log say. */
export async function memberNotReady(
  operation: Operation,
  { name, timeoutSeconds }: { readonly name: string; readonly timeoutSeconds: number },
  cause: Error,
): Promise<FirecampError> {
  const trouble = await memberTrouble(operation, name);
  const lines = trouble.map((line) => `\n  ${line}`).join('');
  const message = `${name} in namespace ${operation.settings.namespace} was not Ready within ${timeoutSeconds} s, so no further member was restarted:${lines}`;
  return new FirecampError('FC-SVC-006', message, { fields: { member: name, timeoutSeconds, trouble }, cause });
}
