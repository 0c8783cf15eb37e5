import { FirecampError } from '../domain/errors.ts';
import type { CallOptions } from './call-options.ts';

/** An A record of a hosted zone. */
export interface AddressRecord {
  /** Without the trailing dot, lower case. */
  readonly name: string;
  readonly ttlSeconds: number;
  readonly values: readonly string[];
}

/** Route 53. Rejections as for `AddressService`; a lost compare-and-set rejects with `RecordSetConflictError`. */
export interface NameService {
  /** The A record of exactly this name, or undefined. */
  find(hostedZoneId: string, name: string, options: CallOptions): Promise<AddressRecord | undefined>;
  /**
   * Replaces `current` (undefined: there must be none) by `next` in one atomic batch, DELETE and CREATE: a compare-and-set.
   * Returns the id of the change.
   */
  replace(
    hostedZoneId: string,
    current: AddressRecord | undefined,
    next: AddressRecord,
    options: CallOptions,
  ): Promise<string>;
  /** Whether all of Route 53's servers have the change. */
  isInSync(changeId: string, options: CallOptions): Promise<boolean>;
}

/** The resolver that applications of this node use. */
export interface Resolver {
  /** The A values now; empty when the name has none or does not exist. Rejects with `RequestFailedError` FC-DNS-001 when nobody answers. */
  resolve4(name: string, options: CallOptions): Promise<string[]>;
}

/** Somebody else changed the record between our read and our change. */
export class RecordSetConflictError extends FirecampError {
  constructor(name: string, serviceMessage: string) {
    super('FC-DNS-002', `The DNS record ${name} was changed by somebody else: ${serviceMessage}`, {
      fields: { name },
    });
  }
}
