import type { KeyOf, RecordKind } from '../domain/records.ts';
import type { StoreOptions } from '../ports/record-store.ts';
import type { RecordAttributes } from './codec/record-layout.ts';
import type { RecordTable, Row, Written } from './record-table.ts';

/** One conditional write of a row; `RecordTable` has each as a method. */
export type RowWrite = { readonly kind: RecordKind; readonly key: KeyOf[RecordKind] } & (
  | { readonly op: 'insert'; readonly attributes: RecordAttributes }
  | { readonly op: 'replace'; readonly version: string; readonly attributes: RecordAttributes }
  | { readonly op: 'remove'; readonly version: string }
);

/** What the method of that name returns. */
export type RowOutcome = Written | 'removed';

/** A table that takes many rows at once. Unlike those of `RecordTable` these methods retry what fails transiently. */
export interface BatchTable extends RecordTable {
  /** Makes the table where it is missing, and waits until it can be written to. */
  prepare(options: StoreOptions): Promise<void>;
  /** Does each of these writes whose condition holds; no row stands in two of them. Outcomes in the order of the writes. */
  writeRows(writes: readonly RowWrite[], options: StoreOptions): Promise<RowOutcome[]>;
  /** The rows of these addresses' records that there are, by address; the service's UUID says whose they probably are. */
  addressRows(serviceUuid: string, ips: readonly string[], options: StoreOptions): Promise<ReadonlyMap<string, Row>>;
}

/** Whether what a write met is what it wrote itself, in an earlier try whose answer was lost. */
export function isOwnWrite(write: RowWrite, met: Row | undefined): boolean {
  if (write.op === 'remove' || met === undefined) return false;
  return Object.entries(write.attributes).every(([name, value]) => met.attributes[name] === value);
}
