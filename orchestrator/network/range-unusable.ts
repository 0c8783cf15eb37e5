import { FirecampError } from '../../common/domain/errors.ts';

/** FC-NET-007 with everything that is wrong. */
export function rangeUnusable(what: string, faults: readonly string[]): FirecampError {
  const text = faults.length === 1 ? ` ${faults[0]}.` : `\n- ${faults.join('\n- ')}`;
  return new FirecampError('FC-NET-007', `${what} cannot be reserved:${text}`, { fields: { what, faults } });
}
