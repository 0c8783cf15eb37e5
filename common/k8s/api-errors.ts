import { FirecampError, RequestFailedError } from '../domain/errors.ts';

/** What the API server refused definitely: `rejected` is any 4xx without a name of its own here. */
export type ApiRefusal = 'notFound' | 'conflict' | 'gone' | 'invalid' | 'rejected';

/**
 * A definite answer of the API server: it understood the request and did not do it. Nothing was changed.
 */
export class ApiRefusedError extends FirecampError {
  readonly refusal: ApiRefusal;
  readonly status: number;
  /** `reason` of the Status object, e.g. `AlreadyExists`; empty when there was none. */
  readonly reason: string;
  /** `details.kind` of the Status object, e.g. `namespaces`: which resource a 404 means. */
  readonly kind: string;

  constructor(refusal: ApiRefusal, what: string, answer: ApiAnswer) {
    super('FC-K8S-002', `${what}: the Kubernetes API server refused it with ${describe(answer)}`, {
      fields: { status: answer.status, reason: answer.reason, refusal },
    });
    this.refusal = refusal;
    this.status = answer.status;
    this.reason = answer.reason;
    this.kind = answer.kind;
  }
}

/** Why there is no answer to build on. */
export type ApiFailure =
  | 'unauthorized'
  | 'forbidden'
  | 'throttled'
  | 'serverError'
  | 'unreachable'
  | 'timeout'
  | 'malformed';

/** The API server gave no answer that tells; see `effect` for what a write may have done. */
export class ApiFailedError extends RequestFailedError {
  readonly failure: ApiFailure;
  readonly status: number | undefined;

  constructor(
    failure: ApiFailure,
    message: string,
    options: { effect: 'none' | 'unknown'; status?: number; retryAfterSeconds?: number; cause?: unknown },
  ) {
    const denied = failure === 'unauthorized' || failure === 'forbidden';
    super(denied ? 'FC-K8S-002' : 'FC-K8S-001', message, {
      ...options,
      transient: !denied,
      fields: { failure, status: options.status, effect: options.effect },
    });
    this.failure = failure;
    this.status = options.status;
  }
}

/** What a reply of the API server says of itself (Kubernetes API conventions, "Response Status Kind"). */
export interface ApiAnswer {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  readonly kind: string;
  readonly retryAfterSeconds: number | undefined;
}

const refusals: Readonly<Record<number, ApiRefusal>> = {
  404: 'notFound',
  409: 'conflict',
  410: 'gone',
  422: 'invalid',
};

/** The error for an answer other than 2xx. `writes` says whether the request could change anything. */
export function errorOfAnswer(what: string, writes: boolean, answer: ApiAnswer): ApiRefusedError | ApiFailedError {
  const { status, retryAfterSeconds } = answer;
  const failed = (failure: ApiFailure, effect: 'none' | 'unknown') =>
    new ApiFailedError(failure, `${what}: the Kubernetes API server answered ${describe(answer)}`, {
      effect,
      status,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
  if (status === 401) return failed('unauthorized', 'none');
  if (status === 403) return failed('forbidden', 'none');
  // Priority and fairness turns requests away before they are carried out.
  if (status === 429) return failed('throttled', 'none');
  if (status >= 500) return failed('serverError', writes ? 'unknown' : 'none');
  if (status >= 400) return new ApiRefusedError(refusals[status] ?? 'rejected', what, answer);
  return failed('malformed', writes ? 'unknown' : 'none');
}

function describe(answer: ApiAnswer): string {
  const reason = answer.reason === '' ? '' : ` ${answer.reason}`;
  const message = answer.message === '' ? '' : `: ${answer.message}`;
  return `${answer.status}${reason}${message}`;
}
