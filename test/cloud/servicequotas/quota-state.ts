import type { QuotaSpec, Topology } from '../topology-model.ts';
import { defaultQuotas } from './default-quotas.ts';

/** The account's quotas. A test sets and deletes values of its own at any time. */
export interface QuotaState {
  readonly defaults: ReadonlyMap<string, QuotaSpec>;
  /** Values that the account has of its own, by `quotaKey`. */
  readonly applied: Map<string, QuotaSpec>;
}

export function quotaKey(service: string, code: string): string {
  return `${service}/${code}`;
}

export function quotaState({ quotas = [] }: Topology): QuotaState {
  const byKey = (list: readonly QuotaSpec[]) => new Map(list.map((one) => [quotaKey(one.service, one.code), one]));
  return { defaults: byKey(defaultQuotas), applied: byKey(quotas) };
}
