import { defaultRetry, retryTransient } from '../common/runtime/retry.ts';
import type { Operation } from './operation.ts';

/** Runs a call of `KubeObjects` or `RecordStore`, which retry nothing by themselves, until it succeeds or fails for good. For reads, and for writes that may be repeated. */
export function retried<T>({ ports, signal }: Pick<Operation, 'ports' | 'signal'>, call: () => Promise<T>): Promise<T> {
  return retryTransient(call, defaultRetry, { clock: ports.clock, random: ports.random, signal });
}
