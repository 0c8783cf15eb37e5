import { asFirecampError } from '../../common/domain/errors.ts';
import { withinDeadline } from '../../common/runtime/deadline.ts';
import { defaultRetry, retryTransient } from '../../common/runtime/retry.ts';
import type { Operation } from '../operation.ts';
import type { Observed } from './service-status.ts';

/** How long one source may take, its retries included; `--request-timeout` of the command line. */
export const defaultRequestTimeoutMs = 5_000;

/** What sources are read with; `timeoutMs` is for each of them. */
export type Reading = Pick<Operation, 'ports' | 'settings' | 'signal'> & { readonly timeoutMs: number };

/**
 * Reads one source within its own time, trying again while it fails transiently. Its failure is no failure of the whole: it comes out as the
 * reason why nothing is known. Only the end of the operation itself rejects, and what `fatal` names.
 */
export async function readSource<T>(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  source: { readonly what: string; readonly timeoutMs: number; readonly fatal?: string },
  read: (signal: AbortSignal) => Promise<T>,
): Promise<Observed<T>> {
  const { clock, random, log } = ports;
  const policy = { ...defaultRetry, totalMs: source.timeoutMs };
  try {
    const value = await withinDeadline(clock, source.timeoutMs, source.what, (deadline) => {
      const both = AbortSignal.any([signal, deadline]);
      return retryTransient(() => read(both), policy, { clock, random, signal: both });
    });
    return { value };
  } catch (error) {
    if (signal.aborted) throw error;
    const failure = asFirecampError(error);
    if (failure.code === source.fatal) throw failure;
    log.debug('a source could not be read', { source: source.what, code: failure.code, error: failure.message });
    return { unknown: `${failure.code} ${failure.message}` };
  }
}
