import type { KeyOf, RecordKind, RecordOf } from '../domain/records.ts';
import {
  type ListScope,
  RecordConflictError,
  RecordExistsError,
  RecordMalformedError,
  RecordNotFoundError,
  type RecordStore,
  type Stored,
  type StoreOptions,
  type UpdatableKind,
} from '../ports/record-store.ts';
import { LayoutFault } from './codec/fields.ts';
import { layouts, revisionOf, withRevision } from './codec/record-layout.ts';
import { nameOf } from './record-names.ts';
import type { RecordTable, Row } from './record-table.ts';

/** The records of one cluster in FireCamp's layout, in whatever table holds them. */
export class TableRecordStore implements RecordStore {
  readonly #table: RecordTable;
  readonly #cluster: string;

  constructor(table: RecordTable, cluster: string) {
    this.#table = table;
    this.#cluster = cluster;
  }

  async get<K extends RecordKind>(kind: K, of: KeyOf[K], options: StoreOptions): Promise<Stored<RecordOf[K]>> {
    const key = layouts[kind].keyOf(of);
    const row = await this.#table.read(kind, key, options);
    if (row === undefined) throw new RecordNotFoundError(nameOf(kind, key), this.#table.where);
    return this.#stored(kind, key, row);
  }

  async create<K extends RecordKind>(
    kind: K,
    record: RecordOf[K],
    options: StoreOptions,
  ): Promise<Stored<RecordOf[K]>> {
    const key = layouts[kind].keyOf(record);
    const first = withRevision(record, 1n);
    const written = await this.#table.insert(kind, key, layouts[kind].encode(first), options);
    if ('version' in written) return { record: first, version: written.version };
    throw new RecordExistsError(nameOf(kind, key), written.met && this.#stored(kind, key, written.met));
  }

  async update<K extends UpdatableKind>(
    kind: K,
    current: Stored<RecordOf[K]>,
    next: RecordOf[K],
    options: StoreOptions,
  ): Promise<Stored<RecordOf[K]>> {
    const key = layouts[kind].keyOf(current.record);
    const changed = withRevision(next, revisionOf(current.record) + 1n);
    const written = await this.#table.replace(kind, key, current.version, layouts[kind].encode(changed), options);
    if ('version' in written) return { record: changed, version: written.version };
    throw new RecordConflictError(nameOf(kind, key), written.met && this.#stored(kind, key, written.met));
  }

  async delete<K extends RecordKind>(kind: K, current: Stored<RecordOf[K]>, options: StoreOptions): Promise<void> {
    const key = layouts[kind].keyOf(current.record);
    const removed = await this.#table.remove(kind, key, current.version, options);
    if (removed === 'removed' || removed.met === undefined) return;
    throw new RecordConflictError(nameOf(kind, key), this.#stored(kind, key, removed.met));
  }

  async list<K extends keyof ListScope>(
    kind: K,
    scope: ListScope[K],
    options: StoreOptions,
  ): Promise<Stored<RecordOf[K]>[]> {
    const rows = await this.#table.rows(kind, scope, options);
    return rows.map((row) => this.#stored(kind, row.key, row));
  }

  #stored<K extends RecordKind>(kind: K, key: KeyOf[K], row: Row): Stored<RecordOf[K]> {
    return storedOf(kind, key, row, this.#table, this.#cluster);
  }
}

/** The record that a row holds. @throws RecordMalformedError */
export function storedOf<K extends RecordKind>(
  kind: K,
  key: KeyOf[K],
  row: Row,
  { where }: Pick<RecordTable, 'where'>,
  cluster: string,
): Stored<RecordOf[K]> {
  try {
    return { record: layouts[kind].decode(key, row.attributes, cluster), version: row.version };
  } catch (error) {
    if (!(error instanceof LayoutFault)) throw error;
    throw new RecordMalformedError(nameOf(kind, key), where, error.message, error);
  }
}
