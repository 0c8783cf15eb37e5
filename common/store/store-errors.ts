import { FirecampError, RequestFailedError } from '../domain/errors.ts';

/** The database gave no definite answer, or will not let us in. `effect` and `transient` are those of `cause`. */
export function storeFailed(
  what: string,
  where: string,
  denied: boolean,
  cause: RequestFailedError,
): RequestFailedError {
  const { effect, transient, retryAfterSeconds } = cause;
  const fault = denied ? 'No access to the' : 'No answer to build on about the';
  const stop = cause.message.endsWith('.') ? '' : '.';
  const outcome = effect === 'unknown' ? ' The write may have taken effect.' : '';
  const message = `${fault} ${what} in ${where}: ${cause.message}${stop}${outcome}`;
  return new RequestFailedError(denied ? 'FC-REC-007' : 'FC-REC-005', message, {
    effect,
    transient,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    fields: { record: what, store: where, effect },
    cause,
  });
}

/** The table or namespace that should hold the records does not exist. */
export function storeMissing(where: string, cause: unknown): FirecampError {
  return new FirecampError('FC-REC-006', `The ${where} does not exist.`, { fields: { store: where }, cause });
}

/** The failure of something that may have been done in part, before or beside what failed definitely. */
export function withUnknownEffect(error: unknown): unknown {
  if (!(error instanceof RequestFailedError) || error.effect === 'unknown') return error;
  const { code, message, transient, retryAfterSeconds, fields } = error;
  return new RequestFailedError(code, `${message} Some of the writes may have taken effect.`, {
    effect: 'unknown',
    transient,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    fields: { ...fields, effect: 'unknown' },
    cause: error,
  });
}
