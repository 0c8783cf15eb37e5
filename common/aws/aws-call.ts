import { type FirecampError, RequestFailedError } from '../domain/errors.ts';
import { type AwsCall, toDomainError } from './aws-errors.ts';
import type { CredentialChain } from './credentials.ts';
import type { WireOptions } from './request-handler.ts';
import { unlessAborted } from './unless-aborted.ts';

/** How a change of state goes out: once, and only if `beforeSend` still agrees. */
export interface SendOnce {
  readonly beforeSend?: () => void;
  readonly timeoutMs?: number;
}

/**
 * Runs a read. Its transport retries are the SDK's; here it is only tried a second time when AWS says that the credentials have
 * expired before their time.
 * @throws {FirecampError} the domain's error for whatever went wrong; `InterruptedError` when the signal aborts.
 */
export async function awsRead<T>(
  credentials: CredentialChain,
  call: AwsCall,
  send: (options: WireOptions) => Promise<T>,
): Promise<T> {
  try {
    return await attempt(credentials, call, send, {});
  } catch (error) {
    if (!(error instanceof RequestFailedError) || error.code !== 'FC-AWS-005' || !error.transient) throw error;
    return await attempt(credentials, call, send, {});
  }
}

/**
 * Runs a change of state: one attempt, with a client whose own retries are off.
 * @throws {FirecampError} as `awsRead`; what `beforeSend` throws comes out unchanged.
 */
export async function awsWrite<T>(
  credentials: CredentialChain,
  call: AwsCall,
  send: (options: WireOptions) => Promise<T>,
  once: SendOnce = {},
): Promise<T> {
  return attempt(credentials, call, send, once);
}

async function attempt<T>(
  credentials: CredentialChain,
  call: AwsCall,
  send: (options: WireOptions) => Promise<T>,
  once: SendOnce,
): Promise<T> {
  // Credentials come first and under the signal: the SDK's own wait for them cannot be cancelled.
  const { accessKeyId } = await unlessAborted(
    credentials.current(),
    call.signal,
    `getting credentials for ${call.action}`,
  );
  let refusal: { readonly error: unknown } | undefined;
  const { beforeSend } = once;
  const gate = () => {
    try {
      beforeSend?.();
    } catch (error) {
      refusal = { error };
      // The SDK writes into errors that pass through it; the caller's own must come out as it was.
      throw new Error('refused before it was sent');
    }
  };
  try {
    return await send({
      abortSignal: call.signal,
      ...(once.timeoutMs === undefined ? {} : { requestTimeout: once.timeoutMs }),
      ...(beforeSend === undefined ? {} : { beforeSend: gate }),
    });
  } catch (error) {
    if (refusal !== undefined) throw refusal.error;
    const failure: FirecampError = toDomainError(error, call);
    if (failure.code === 'FC-AWS-005') credentials.invalidate(accessKeyId);
    throw failure;
  }
}
