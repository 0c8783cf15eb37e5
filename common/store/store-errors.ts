import { FirecampError, RequestFailedError } from '../domain/errors.ts';

/** The database gave no definite answer, or will not let us in. `effect` and `transient` are those of `cause`. */
export function storeFailed(
  what: string,
  where: string,
  denied: boolean,
  cause: RequestFailedError,
): RequestFailedError {
  const { effect, transient, retryAfterSeconds } = cause;
  const outcome = effect === 'unknown' ? ' It may have taken effect.' : '';
  return new RequestFailedError(
    denied ? 'FC-REC-007' : 'FC-REC-005',
    `${what} in ${where}: ${cause.message}${outcome}`,
    {
      effect,
      transient,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      fields: { record: what, store: where, effect },
      cause,
    },
  );
}

/** The table or namespace that should hold the records does not exist. */
export function storeMissing(where: string, cause: unknown): FirecampError {
  return new FirecampError('FC-REC-006', `The ${where} does not exist.`, { fields: { store: where }, cause });
}
