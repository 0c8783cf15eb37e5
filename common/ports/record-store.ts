import { FirecampError } from '../domain/errors.ts';
import type { KeyOf, RecordKind, RecordOf } from '../domain/records.ts';

/** A record as it was read, with the opaque token that a compare-and-set compares. */
export interface Stored<R> {
  readonly record: R;
  /** clouddb: the Revision; k8sdb: the resourceVersion. Means nothing outside the store that gave it. */
  readonly version: string;
}

/** Kinds whose records can be changed in place; the others are only created and deleted. */
export type UpdatableKind = 'serviceAttr' | 'member' | 'staticIp';

/** Kinds that can be listed, and what narrows the list. */
export interface ListScope {
  readonly device: Record<string, never>;
  readonly service: Record<string, never>;
  readonly member: { readonly serviceUuid: string };
  readonly configFile: { readonly serviceUuid: string };
}

export interface StoreOptions {
  readonly signal: AbortSignal;
}

/**
 * The records of one cluster, linearizable per record. Every method rejects with
 * - `RecordNotFoundError`, `RecordMalformedError`, `RecordConflictError`, `RecordExistsError` (definite answers),
 * - `FirecampError` FC-REC-006 when the table or namespace is missing,
 * - `RequestFailedError` FC-REC-005 or FC-REC-007 otherwise, whose `effect` says whether a write may have happened; FC-AWS-005 where
 *   there are no credentials to ask with, or AWS does not accept them.
 * A cancelled call always rejects, with `InterruptedError`.
 */
export interface RecordStore {
  /** Reads the latest committed state. */
  get<K extends RecordKind>(kind: K, key: KeyOf[K], options: StoreOptions): Promise<Stored<RecordOf[K]>>;

  /** Writes a record that must not exist, with revision 1 where the kind has one. An existing one rejects with `RecordExistsError`, which carries it. */
  create<K extends RecordKind>(kind: K, record: RecordOf[K], options: StoreOptions): Promise<Stored<RecordOf[K]>>;

  /**
   * Compare-and-set: replaces `current` by `next` (revision + 1, whatever `next` says) only if nobody wrote since `current` was read.
   * A lost race rejects with `RecordConflictError`, which carries the record that won.
   */
  update<K extends UpdatableKind>(
    kind: K,
    current: Stored<RecordOf[K]>,
    next: RecordOf[K],
    options: StoreOptions,
  ): Promise<Stored<RecordOf[K]>>;

  /** Deletes the record if nobody wrote since it was read; absent is fine; a change rejects with `RecordConflictError`. */
  delete<K extends RecordKind>(kind: K, current: Stored<RecordOf[K]>, options: StoreOptions): Promise<void>;

  /** All records of a kind in the scope, in no order; reads all pages. */
  list<K extends keyof ListScope>(kind: K, scope: ListScope[K], options: StoreOptions): Promise<Stored<RecordOf[K]>[]>;
}

/** The record does not exist. */
export class RecordNotFoundError extends FirecampError {
  constructor(what: string, where: string) {
    super('FC-REC-001', `There is no ${what} in ${where}.`, { fields: { record: what, store: where } });
  }
}

/** The record exists and cannot be understood. */
export class RecordMalformedError extends FirecampError {
  constructor(what: string, where: string, fault: string, cause?: unknown) {
    super('FC-REC-002', `The ${what} in ${where} cannot be read: ${fault}.`, {
      fields: { record: what, store: where, fault },
      cause,
    });
  }
}

/** A compare-and-set lost; `current` is the record that won, undefined when it was deleted. */
export class RecordConflictError<R> extends FirecampError {
  readonly current: Stored<R> | undefined;

  constructor(what: string, current: Stored<R> | undefined) {
    super('FC-REC-003', `The ${what} was ${current ? 'changed' : 'deleted'} by somebody else.`, {
      fields: { record: what },
    });
    this.current = current;
  }
}

/** A create found the record there; `current` is what is there (undefined when it was gone again at the next read). */
export class RecordExistsError<R> extends FirecampError {
  readonly current: Stored<R> | undefined;

  constructor(what: string, current: Stored<R> | undefined) {
    super('FC-REC-004', `The ${what} exists already.`, { fields: { record: what } });
    this.current = current;
  }
}
