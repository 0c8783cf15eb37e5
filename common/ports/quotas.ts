import type { CallOptions } from './call-options.ts';

/** Which quota: both as Service Quotas has them, e.g. `ebs` and `L-7A658B76`. */
export interface QuotaId {
  readonly service: string;
  readonly code: string;
}

/** A quota of the account in this region. */
export interface Quota {
  /** As AWS calls it, which says what it counts: the unit is mostly `None`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string | undefined;
}

/** Quotas of the account. Reads only, retried inside; everything that goes wrong rejects with `RequestFailedError`. */
export interface QuotaService {
  /** The values that hold for the account, AWS's defaults where it has none of its own, by code; quotas that the region does not have are left out. */
  limits(wanted: readonly QuotaId[], options: CallOptions): Promise<ReadonlyMap<string, Quota>>;
}
