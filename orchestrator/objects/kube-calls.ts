import { FirecampError, RequestFailedError } from '../../common/domain/errors.ts';
import type { LiveObject, ObjectRef } from '../../common/ports/kube-objects.ts';
import { defaultRetry, retryTransient } from '../../common/runtime/retry.ts';
import type { Operation } from '../operation.ts';

/** An API server is asked this many things at once: enough to hide the way there, few enough for its fairness queues. */
export const requestsAtOnce = 16;

/** `StatefulSet redis` */
export function named({ kind, name }: ObjectRef): string {
  return `${kind.kind} ${name}`;
}

/** Reads an object; transient failures are retried, Retry-After honoured. */
export async function readObject(
  operation: Pick<Operation, 'ports' | 'signal'>,
  ref: ObjectRef,
): Promise<LiveObject | undefined> {
  const { kube } = operation.ports;
  const found = await kubeRetried(operation, ({ signal }) => kube.get(ref, { signal }));
  return found === 'absent' ? undefined : found;
}

/**
 * Calls again after a transient failure and after a 409 that means "ask again": two writers met in the store. What is written so must be
 * right to send twice.
 */
export function kubeRetried<T>(
  operation: Pick<Operation, 'ports' | 'signal'>,
  call: (options: { readonly signal: AbortSignal; readonly attempt: number }) => Promise<T>,
): Promise<T> {
  const { ports, signal } = operation;
  const { clock, random } = ports;
  return retryTransient((attempt) => asTransient(call({ signal, attempt })), defaultRetry, { clock, random, signal });
}

/** A race between two requests that create is a 409 `AlreadyExists` even of an apply. */
async function asTransient<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof RequestFailedError || !(error instanceof FirecampError) || error.fields['status'] !== 409)
      throw error;
    throw new RequestFailedError('FC-K8S-001', error.message, { effect: 'none', transient: true, cause: error });
  }
}

/** The server's words when it will never take the object as it was sent; undefined for any other error. */
export function rejection(error: unknown): string | undefined {
  if (!(error instanceof FirecampError) || error instanceof RequestFailedError) return undefined;
  const { status } = error.fields;
  if (status !== 422 && status !== 400) return undefined;
  // The request's path and the status are for logs; what a person needs comes behind them.
  return error.message.replace(/^.*refused it with \d+(?: \w+)?: /s, '');
}
