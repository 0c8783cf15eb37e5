import type { KeyOf, RecordKind, RecordOf, StaticIpRecord } from '../domain/records.ts';
import type { BatchRecordStore, RecordWrite, WriteOutcome } from '../ports/batch-record-store.ts';
import type { Stored, StoreOptions } from '../ports/record-store.ts';
import type { BatchTable, RowOutcome, RowWrite } from './batch-table.ts';
import { layouts, type RecordAttributes, revisionOf, withRevision } from './codec/record-layout.ts';
import { nameOf } from './record-names.ts';
import { storedOf, TableRecordStore } from './table-record-store.ts';

/** A write of whatever kind; which of them belong together is the port's to say. */
type AnyWrite =
  | { readonly op: 'create'; readonly kind: RecordKind; readonly record: AnyRecord }
  | { readonly op: 'update'; readonly kind: RecordKind; readonly current: Stored<AnyRecord>; readonly next: AnyRecord }
  | { readonly op: 'delete'; readonly kind: RecordKind; readonly current: Stored<AnyRecord> };

type AnyRecord = RecordOf[RecordKind];

/** A write with the record as it will stand; undefined for a delete. */
interface Prepared {
  readonly row: RowWrite;
  readonly record: AnyRecord | undefined;
}

/** The records of one cluster in a table that takes many at once. */
export class TableBatchStore extends TableRecordStore implements BatchRecordStore {
  readonly #table: BatchTable;
  readonly #cluster: string;

  constructor(table: BatchTable, cluster: string) {
    super(table, cluster);
    this.#table = table;
    this.#cluster = cluster;
  }

  prepare(options: StoreOptions): Promise<void> {
    return this.#table.prepare(options);
  }

  async writeAll<K extends RecordKind>(
    writes: readonly RecordWrite<K>[],
    options: StoreOptions,
  ): Promise<WriteOutcome<K>[]> {
    const prepared = writes.map((write) => prepare(write));
    assertDistinct(prepared);
    const outcomes = await this.#table.writeRows(
      prepared.map(({ row }) => row),
      options,
    );
    // What was prepared from a write of a kind is of that kind.
    return prepared.map((write, index) => this.#outcome(write, outcomes[index]) as WriteOutcome<K>);
  }

  async addressRecords(
    serviceUuid: string,
    ips: readonly string[],
    options: StoreOptions,
  ): Promise<ReadonlyMap<string, Stored<StaticIpRecord>>> {
    const distinct = [...new Set(ips)];
    if (distinct.length === 0) return new Map();
    const rows = await this.#table.addressRows(serviceUuid, distinct, options);
    return new Map([...rows].map(([ip, row]) => [ip, storedOf('staticIp', { ip }, row, this.#table, this.#cluster)]));
  }

  #outcome({ row, record }: Prepared, outcome: RowOutcome | undefined): WriteOutcome {
    if (outcome === undefined) throw new TypeError('the table left out an outcome');
    if (outcome === 'removed') return { done: undefined };
    if ('version' in outcome) return { done: record && { record, version: outcome.version } };
    // Absent is what a delete wants.
    if (outcome.met === undefined) return record === undefined ? { done: undefined } : { met: undefined };
    return { met: storedOf(row.kind, row.key, outcome.met, this.#table, this.#cluster) };
  }
}

function prepare(write: AnyWrite): Prepared {
  const { kind } = write;
  const before = write.op === 'create' ? write.record : write.current.record;
  const of = { kind, key: keyOf(kind, before) };
  if (write.op === 'delete') return { record: undefined, row: { ...of, op: 'remove', version: write.current.version } };
  if (write.op === 'create') {
    const record = withRevision(write.record, 1n);
    return { record, row: { ...of, op: 'insert', attributes: encoded(kind, record) } };
  }
  const record = withRevision(write.next, revisionOf(before) + 1n);
  return {
    record,
    row: { ...of, op: 'replace', version: write.current.version, attributes: encoded(kind, record) },
  };
}

function keyOf<K extends RecordKind>(kind: K, record: RecordOf[K]): KeyOf[K] {
  return layouts[kind].keyOf(record);
}

function encoded<K extends RecordKind>(kind: K, record: RecordOf[K]): RecordAttributes {
  return layouts[kind].encode(record);
}

function assertDistinct(writes: readonly Prepared[]): void {
  const seen = new Set<string>();
  for (const { row } of writes) {
    const name = nameOf(row.kind, row.key);
    if (seen.has(name)) throw new TypeError(`two writes of one batch are about the ${name}`);
    seen.add(name);
  }
}
