import type { ErrorCode } from '../../common/domain/error-catalogue.ts';
import type { FirecampError } from '../../common/domain/errors.ts';

/** A fact, or why it is not known. */
export type Seen<T> = { readonly value: T } | Missing;

/** A fact that is not known. */
interface Missing {
  /** The check that reports it: everything else that builds on the fact is skipped, naming this one. */
  readonly ground: ErrorCode;
  readonly error: FirecampError;
}

/** Thrown by `known`, so that what a check or a probe builds on a missing fact ends at once, wherever it stands. */
export class UnseenError extends Error {
  readonly missing: Missing;

  constructor(missing: Missing) {
    super(`builds on ${missing.ground}, which failed: ${missing.error.message}`);
    this.name = 'UnseenError';
    this.missing = missing;
  }
}

/** The fact. @throws UnseenError where it is not known */
export function known<T>(seen: Seen<T>): T {
  if ('value' in seen) return seen.value;
  throw new UnseenError(seen);
}
