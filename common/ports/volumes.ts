import type { CallOptions } from './call-options.ts';

/** An EBS volume. */
export interface Volume {
  readonly id: string;
  /** The Availability Zone that it is in and can never leave. */
  readonly zone: string;
  readonly sizeGb: number;
  /** E.g. gp3. */
  readonly volumeType: string;
  /** As EC2 says it, e.g. `creating`, `available`, `in-use`, `deleting` or `error`. */
  readonly state: string;
  /** Instances that it is attached to, or is being attached to or detached from. */
  readonly instanceIds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** What volumes have together. */
export interface VolumeUse {
  readonly sizeGb: number;
  readonly iops: number;
}

/** An empty volume to be made. */
export interface NewVolume {
  readonly zone: string;
  readonly sizeGb: number;
  readonly volumeType: string;
  /** undefined: what the type includes. */
  readonly iops: number | undefined;
  /** MiB a second; undefined: what the type includes. */
  readonly throughput: number | undefined;
  readonly encrypted: boolean;
  /** undefined: the account's key for EBS. */
  readonly kmsKeyId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /**
   * At most 64 ASCII characters. The same one makes no second volume as long as EC2 remembers it; derive it from what the volume is
   * for, and look for the tags before using it again another day.
   */
  readonly clientToken: string;
}

/**
 * EBS volumes. Reads are retried inside, writes are sent once; `create` may be repeated with the same client token and the same
 * wishes. Everything that goes wrong rejects with `RequestFailedError`, whose `effect` says whether a write may have been done.
 */
export interface VolumeService {
  /** Makes the volume with its tags; it may still be `creating` when this returns. */
  create(volume: NewVolume, options: CallOptions): Promise<Volume>;
  /** Those of these volumes that exist, in no order. One that was just made may be missing for some seconds (EC2 API reference, "Eventual consistency"). */
  describe(ids: readonly string[], options: CallOptions): Promise<Volume[]>;
  /** All volumes of the region that have each of these tags with this value, in no order; at least one tag. As late as `describe`. */
  findByTags(tags: Readonly<Record<string, string>>, options: CallOptions): Promise<Volume[]>;
  /** What the region's volumes have, whoever's they are, by each of these types; a type with none is there with 0. As late as `describe`. */
  useByType(volumeTypes: readonly string[], options: CallOptions): Promise<ReadonlyMap<string, VolumeUse>>;
  /** Deletes the volume and all that is on it. `inUse`: it is attached, and stays. */
  delete(id: string, options: CallOptions): Promise<'done' | 'gone' | 'inUse'>;
}
