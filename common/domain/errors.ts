import { type ErrorCode, errorCatalogue } from './error-catalogue.ts';
import type { ExitCode } from './exit-codes.ts';

/** Machine-readable facts of an error: what it is about, what was found, what was expected. */
export type ErrorFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/**
 * Base of every error the programs raise on purpose. Branch on `code` or on the subclass, never on the message.
 * The message says what happened to which resource; `remedy` says what to do.
 */
export class FirecampError extends Error {
  readonly code: ErrorCode;
  readonly fields: ErrorFields;

  constructor(code: ErrorCode, message: string, options: { fields?: ErrorFields; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.fields = options.fields ?? {};
    this.name = errorCatalogue[code].name;
  }

  get exitCode(): ExitCode {
    return errorCatalogue[this.code].exitCode;
  }

  get remedy(): string {
    return errorCatalogue[this.code].remedy;
  }
}

/**
 * A request to another system failed. `effect` is the one fact a caller must not guess: `none` when the system
 * certainly did not act, `unknown` when the request may have taken effect or may still do so.
 */
export class RequestFailedError extends FirecampError {
  readonly effect: 'none' | 'unknown';
  /** Whether the same request may succeed later: throttling, 5xx, no answer. */
  readonly transient: boolean;
  /** Seconds the other side asked us to wait, where it did. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      effect: 'none' | 'unknown';
      transient: boolean;
      retryAfterSeconds?: number;
      fields?: ErrorFields;
      cause?: unknown;
    },
  ) {
    super(code, message, options);
    this.effect = options.effect;
    this.transient = options.transient;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The operation was cancelled by its signal before it was done; `cause` is the signal's reason. */
export class InterruptedError extends FirecampError {
  constructor(what: string, cause?: unknown) {
    super('FC-CLM-005', `Interrupted while ${what}.`, { cause });
  }
}

/** A wait ended without what was waited for. */
export class DeadlineExceededError extends FirecampError {
  constructor(message: string, options: { fields?: ErrorFields; cause?: unknown } = {}) {
    super('FC-CLM-006', message, options);
  }
}

/** The error as one of ours; anything unexpected becomes an internal error with its cause kept. */
export function asFirecampError(error: unknown): FirecampError {
  if (error instanceof FirecampError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new FirecampError('FC-INT-001', `Unexpected failure: ${text}`, { cause: error });
}

/** Whether an error means "we do not know", as opposed to a definite answer. */
export function isUnknown(error: unknown): boolean {
  return error instanceof RequestFailedError;
}
