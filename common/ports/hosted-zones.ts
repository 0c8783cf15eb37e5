import type { CallOptions } from './call-options.ts';
import type { AddressRecord } from './names.ts';

/** A private hosted zone that a VPC sees. */
export interface PrivateZone {
  readonly id: string;
  /** Without the trailing dot, lower case. */
  readonly name: string;
}

/** A private zone to be made. */
export interface NewZone {
  readonly name: string;
  /** The VPC that sees it; a private zone has at least one. */
  readonly vpcId: string;
  /** The same one again makes no second zone, and none at all once the zone is deleted: `zoneCallerReference`. */
  readonly callerReference: string;
  readonly comment: string;
  /** At most ten. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What tells whom a zone was made for; `isOwnZone` judges it. */
export interface ZoneMarks {
  readonly callerReference: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** How full a zone is. */
export interface ZoneUse {
  /** Records of every type and name, the zone's own SOA and NS included. */
  readonly records: number;
  /** The account's quota for this zone. */
  readonly most: number;
}

/** A change of one A record; both undefined is no change. */
export interface RecordChange {
  /** What must be there now, with this TTL and these values; undefined: there must be none. */
  readonly current: AddressRecord | undefined;
  /** What is there afterwards; undefined: none. */
  readonly next: AddressRecord | undefined;
}

/** A record of a zone, of whatever type. */
export interface ZoneRecord {
  /** Without the trailing dot, lower case. */
  readonly name: string;
  readonly type: string;
  /** The record when it is a plain A record; undefined for other types, aliases and routing policies. */
  readonly address: AddressRecord | undefined;
}

/**
 * Private hosted zones. Reads are retried inside, writes are sent once. Everything that goes wrong rejects with
 * `RequestFailedError`, whose `effect` says whether a write may have been done; a lost compare-and-set with `RecordSetConflictError`.
 */
export interface HostedZoneService {
  /** The zone of exactly this name that the VPC sees, whoever owns it; at most one can be (Route 53 API reference, ConflictingDomainExists). */
  find(name: string, vpcId: string, options: CallOptions): Promise<PrivateZone | undefined>;
  /** Every private zone of exactly this name in the account, whichever VPC sees it. */
  named(name: string, options: CallOptions): Promise<PrivateZone[]>;
  /**
   * Makes the zone, or finds the one that was made with this caller reference before, and then tags it, so it may be repeated after an
   * unknown effect or a run that was cut off between the two. Refused when the VPC sees another zone of the name; of two who make the same
   * zone at once one is refused so, and finds the other's.
   */
  create(zone: NewZone, options: CallOptions): Promise<PrivateZone>;
  /** Whom the zone was made for; `gone` when there is no such zone. */
  marks(zoneId: string, options: CallOptions): Promise<ZoneMarks | 'gone'>;
  /** Gives the zone these tags, at most ten; others that it has stay. May be repeated. */
  tag(zoneId: string, tags: Readonly<Record<string, string>>, options: CallOptions): Promise<void>;
  /** How many records the zone has and may have. */
  use(zoneId: string, options: CallOptions): Promise<ZoneUse>;
  /** Deletes a zone that has no records left but its own SOA and NS; refused otherwise. */
  delete(zoneId: string, options: CallOptions): Promise<'done' | 'gone'>;
  /**
   * One batch, all of it or nothing, each change a compare-and-set. `recordBatches` splits what is too much for one.
   * Returns the id of the change, for `NameService.isInSync`.
   */
  change(zoneId: string, changes: readonly RecordChange[], options: CallOptions): Promise<string>;
  /** All records of the zone, a page at a time, in Route 53's order. A zone that changes meanwhile may show both states. */
  records(zoneId: string, options: CallOptions): AsyncIterable<readonly ZoneRecord[]>;
}
