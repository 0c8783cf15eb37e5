import { type AwsCall, type ServiceError, serviceErrorOf, toDomainError } from '../../common/aws/aws-errors.ts';
import { FirecampError, RequestFailedError } from '../../common/domain/errors.ts';
import { defaultRetry, retryTransient } from '../../common/runtime/retry.ts';
import { systemClock } from '../../common/runtime/system-clock.ts';

/** What AWS said to one request: its reply, or a definite refusal in its own words. */
export type Answer<T> = { readonly said: T } | { readonly refused: ServiceError };

/**
 * Sends one request, again when AWS throttles it, which takes no effect. Anything else that is no answer is thrown: silence, a 5xx, missing
 * permissions and bad credentials tell nothing about AWS's rules.
 * @throws FirecampError
 */
export async function answerTo<T>(call: AwsCall, send: () => Promise<T>): Promise<Answer<T>> {
  return unlessThrottled(call.signal, async () => {
    try {
      return { said: await send() };
    } catch (error) {
      const failure = toDomainError(error, call);
      const refused = serviceErrorOf(error);
      if (refused !== undefined && failure.code === 'FC-AWS-004') return { refused };
      throw failure;
    }
  });
}

/** Runs it again when AWS throttles it, which takes no effect. @throws FirecampError */
export async function unlessThrottled<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  const context = { clock: systemClock, signal, random: Math.random };
  return retryTransient(
    async () => {
      try {
        return await run();
      } catch (error) {
        throw error instanceof Error && !isThrottled(error) ? unrepeated(error) : error;
      }
    },
    defaultRetry,
    context,
  );
}

function isThrottled(error: Error): boolean {
  return error instanceof RequestFailedError && error.code === 'FC-AWS-002';
}

/** A request without an answer may have taken effect, so sending it again could meet its own first effect. */
function unrepeated(failure: Error): Error {
  if (!(failure instanceof RequestFailedError) || !failure.transient) return failure;
  const { code, message, effect, fields, cause } = failure;
  return new RequestFailedError(code, message, { effect, transient: false, fields, cause });
}

/** The refusal as an error, for what cannot go on after it. */
export function refusal(action: string, { code, message }: ServiceError): FirecampError {
  return new FirecampError('FC-AWS-004', `AWS refused ${action}: ${code}: ${message}`);
}

/** The reply. @throws FirecampError when AWS refused. */
export async function reply<T>(call: AwsCall, send: () => Promise<T>): Promise<T> {
  const answer = await answerTo(call, send);
  if ('refused' in answer) throw refusal(call.action, answer.refused);
  return answer.said;
}
