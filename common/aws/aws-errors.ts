import { asFirecampError, FirecampError, InterruptedError, RequestFailedError } from '../domain/errors.ts';
import { HttpFailure } from './http-exchange.ts';

/** One API call, for messages and remedies. */
export interface AwsCall {
  /** As IAM spells it, e.g. `ec2:AssignPrivateIpAddresses`. */
  readonly action: string;
  readonly signal: AbortSignal;
}

/** What the SDK tells of a service's error reply, as far as it is used. */
export interface ServiceError {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
}

const throttled = new Set([
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'TooManyRequestsException',
  'RequestThrottled',
  'SlowDown',
]);
const denied = new Set(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException', 'OptInRequired']);
/** EC2 says RequestExpired of old credentials as well as of an old time stamp. */
const expired = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']);
const badCredentials = new Set([
  ...expired,
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'UnrecognizedClientException',
  'AuthFailure',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'MissingAuthenticationToken',
  'InvalidToken',
]);
const clockWrong = new Set(['RequestTimeTooSkewed', 'RequestInTheFuture']);

/**
 * The domain's error for whatever an SDK call rejected with. `effect` is `none` only for an answer that is definite or a
 * request that never went out; 5xx, silence and a reply that cannot be read leave it `unknown`.
 */
export function toDomainError(error: unknown, call: AwsCall): FirecampError {
  if (error instanceof FirecampError) return error;
  if (call.signal.aborted) return new InterruptedError(`waiting for ${call.action}`, call.signal.reason);
  const failure = httpFailureOf(error);
  if (failure !== undefined) return fromHttpFailure(failure, call);
  const refusal = serviceErrorOf(error);
  if (refusal !== undefined) return fromServiceError(refusal, call, error);
  const status = httpStatusOf(error);
  if (status !== undefined && status >= 500) {
    const text = `${call.action} failed with HTTP ${status} and a body that is not AWS's`;
    return failed('FC-AWS-003', text, call, { effect: 'unknown', transient: true, cause: error });
  }
  if (status !== undefined) return malformedReply(call, textOf(error), error);
  if (error instanceof Error && error.name === 'CredentialsProviderError') {
    return failed('FC-AWS-005', `There are no AWS credentials for ${call.action}: ${error.message}`, call, {
      effect: 'none',
      transient: false,
      cause: error,
    });
  }
  return asFirecampError(error);
}

/** The service's own words, when the error is an error reply that could be read. */
export function serviceErrorOf(error: unknown): ServiceError | undefined {
  const status = httpStatusOf(error);
  if (!(error instanceof Error) || status === undefined || status < 300 || !('$fault' in error)) return undefined;
  const code = 'Code' in error && typeof error.Code === 'string' ? error.Code : error.name;
  if (code === '' || code === 'Unknown' || code === 'UnknownError' || code === 'Error') return undefined;
  const metadata = '$metadata' in error && isObject(error.$metadata) ? error.$metadata : {};
  const requestId = typeof metadata['requestId'] === 'string' ? metadata['requestId'] : undefined;
  return { code, message: error.message, status, requestId, retryAfterSeconds: retryAfterOf(error) };
}

/** The error code of the service that a domain error was made of. */
export function serviceCodeOf(error: unknown): string | undefined {
  return error instanceof FirecampError ? serviceErrorOf(error.cause)?.code : undefined;
}

/** A reply that does not say what such a reply says; whether the request took effect is unknown. */
export function malformedReply(call: AwsCall, what: string, cause?: unknown): RequestFailedError {
  const text = `The reply to ${call.action} cannot be read: ${firstLine(what)}`;
  return failed('FC-AWS-006', text, call, { effect: 'unknown', transient: true, cause });
}

function fromServiceError(error: ServiceError, call: AwsCall, cause: unknown): RequestFailedError {
  const { code, status, retryAfterSeconds } = error;
  const said = `${code}: ${readable(error.message)}${error.requestId ? ` (request ${error.requestId})` : ''}`;
  const none = { effect: 'none', cause, retryAfterSeconds } as const;
  if (throttled.has(code) || status === 429) {
    return failed('FC-AWS-002', `AWS throttled ${call.action}: ${said}`, call, { ...none, transient: true });
  }
  if (denied.has(code)) {
    const identity = /\bUser: (arn:\S+)/.exec(error.message)?.[1];
    const who = identity ?? 'This identity';
    return failed('FC-AWS-001', `${who} may not ${call.action}: ${said}`, call, {
      ...none,
      transient: false,
      fields: { identity },
    });
  }
  if (badCredentials.has(code)) {
    return failed('FC-AWS-005', `AWS does not accept the credentials for ${call.action}: ${said}`, call, {
      ...none,
      transient: expired.has(code),
    });
  }
  if (clockWrong.has(code)) {
    const text = `AWS refused the time stamp of ${call.action}, this machine's clock may be wrong: ${said}`;
    return failed('FC-AWS-004', text, call, { ...none, transient: true });
  }
  if (status >= 500) {
    return failed('FC-AWS-003', `${call.action} failed at AWS with HTTP ${status}: ${said}`, call, {
      effect: 'unknown',
      transient: true,
      retryAfterSeconds,
      cause,
    });
  }
  return failed('FC-AWS-004', `AWS refused ${call.action}: ${said}`, call, { ...none, transient: false });
}

function fromHttpFailure(failure: HttpFailure, call: AwsCall): RequestFailedError {
  if (failure.kind === 'tooLarge') return malformedReply(call, failure.message, failure);
  return failed('FC-AWS-003', `No answer to ${call.action}: ${failure.message}`, call, {
    effect: failure.sent ? 'unknown' : 'none',
    transient: true,
    cause: failure,
  });
}

function failed(
  code: 'FC-AWS-001' | 'FC-AWS-002' | 'FC-AWS-003' | 'FC-AWS-004' | 'FC-AWS-005' | 'FC-AWS-006',
  message: string,
  call: AwsCall,
  options: {
    effect: 'none' | 'unknown';
    transient: boolean;
    retryAfterSeconds?: number | undefined;
    fields?: Readonly<Record<string, string | undefined>>;
    cause?: unknown;
  },
): RequestFailedError {
  const { retryAfterSeconds, fields, ...rest } = options;
  return new RequestFailedError(code, message.endsWith('.') ? message : `${message}.`, {
    ...rest,
    fields: { action: call.action, ...fields },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function httpFailureOf(error: unknown): HttpFailure | undefined {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1) {
    if (one instanceof HttpFailure) return one;
  }
  return undefined;
}

function httpStatusOf(error: unknown): number | undefined {
  if (!isObject(error) || !isObject(error['$metadata'])) return undefined;
  const status = error['$metadata']['httpStatusCode'];
  return typeof status === 'number' ? status : undefined;
}

function retryAfterOf(error: Error): number | undefined {
  if (!('$response' in error) || !isObject(error.$response) || !isObject(error.$response['headers'])) return undefined;
  const seconds = Number(error.$response['headers']['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/** EC2 appends kilobytes of encoded policy evaluation, which only `sts:DecodeAuthorizationMessage` can read. */
function readable(message: string): string {
  return firstLine(message.replace(/\s*Encoded authorization failure message:.*$/s, ''));
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, 500);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
