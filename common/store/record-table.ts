import type { KeyOf, RecordKind } from '../domain/records.ts';
import type { ListScope, StoreOptions } from '../ports/record-store.ts';
import type { RecordAttributes } from './codec/record-layout.ts';

/** A record as the table has it. */
export interface Row {
  readonly attributes: RecordAttributes;
  /** Changes with every write. */
  readonly version: string;
}

/** A row of a list, with the key that it was found under. */
export interface KeyedRow<K extends RecordKind> extends Row {
  readonly key: KeyOf[K];
}

/** A conditional write went through, or met what stands in `met`; undefined when nothing was there. */
export type Written = { readonly version: string } | { readonly met: Row | undefined };

/**
 * What a database must be able to do to hold the records: linearizable reads and conditional writes of one row. Rejections are those
 * of `RecordStore` but for the definite answers, which are results here. Each call is sent once: who calls decides on retries.
 */
export interface RecordTable {
  /** Where the records are, for messages: `DynamoDB table x-firecamp-table`. */
  readonly where: string;
  read<K extends RecordKind>(kind: K, key: KeyOf[K], options: StoreOptions): Promise<Row | undefined>;
  /** Writes a row that must not exist. */
  insert<K extends RecordKind>(
    kind: K,
    key: KeyOf[K],
    attributes: RecordAttributes,
    options: StoreOptions,
  ): Promise<Written>;
  /** Writes the attributes of a row that must still have this version; attributes not named stay. */
  replace<K extends RecordKind>(
    kind: K,
    key: KeyOf[K],
    version: string,
    attributes: RecordAttributes,
    options: StoreOptions,
  ): Promise<Written>;
  /** Deletes a row that must still have this version; `met` is undefined when it was gone already. */
  remove<K extends RecordKind>(
    kind: K,
    key: KeyOf[K],
    version: string,
    options: StoreOptions,
  ): Promise<'removed' | { readonly met: Row | undefined }>;
  rows<K extends keyof ListScope>(kind: K, scope: ListScope[K], options: StoreOptions): Promise<KeyedRow<K>[]>;
}
