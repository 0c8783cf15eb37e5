import type { RecordKind, RecordOf, StaticIpRecord } from '../domain/records.ts';
import type { RecordStore, Stored, StoreOptions, UpdatableKind } from './record-store.ts';

/** One conditional write, with the condition that the method of `RecordStore` of that name has. */
export type RecordWrite<K extends RecordKind = RecordKind> = {
  [P in K]:
    | { readonly op: 'create'; readonly kind: P; readonly record: RecordOf[P] }
    | { readonly op: 'delete'; readonly kind: P; readonly current: Stored<RecordOf[P]> }
    | (P extends UpdatableKind
        ? {
            readonly op: 'update';
            readonly kind: P;
            readonly current: Stored<RecordOf[P]>;
            readonly next: RecordOf[P];
          }
        : never);
}[K];

/**
 * What became of one write. `done` is the record as it stands now, undefined for a delete (of a record that was there or was not); `met`
 * is what stands there in place of what the condition asked for, undefined when that is nothing, and the write was not done.
 */
export type WriteOutcome<K extends RecordKind = RecordKind> =
  | { readonly done: Stored<RecordOf[K]> | undefined }
  | { readonly met: Stored<RecordOf[K]> | undefined };

/** A record store for whoever reads and writes the records of many members. */
export interface BatchRecordStore extends RecordStore {
  /**
   * Makes what holds the records of a cluster where it is missing, DynamoDB's table; returns when it can be written to. A namespace of
   * Kubernetes is its owner's to make.
   */
  prepare(options: StoreOptions): Promise<void>;

  /**
   * Does each of these writes whose condition holds, in as few requests as the database takes; no record may stand in two of them. They are
   * not atomic together: one whose condition fails holds up no other. Retried inside, and a write that took effect although its answer was
   * lost counts as done.
   *
   * @returns the outcomes in the order of the writes
   * @throws as the methods of `RecordStore`, but for lost conditions, which are outcomes. Any of the writes may be done then: what fails
   * after others were done has `effect: 'unknown'`. To repeat it is safe, but then the done ones meet themselves.
   */
  writeAll<K extends RecordKind>(writes: readonly RecordWrite<K>[], options: StoreOptions): Promise<WriteOutcome<K>[]>;

  /**
   * Those of these addresses that have a record, whoever's, in as few requests as the database takes, retried inside.
   *
   * @param serviceUuid whose they probably are: a database that lists by service finds those at once
   */
  addressRecords(
    serviceUuid: string,
    ips: readonly string[],
    options: StoreOptions,
  ): Promise<ReadonlyMap<string, Stored<StaticIpRecord>>>;
}
