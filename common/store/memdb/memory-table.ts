import { InterruptedError } from '../../domain/errors.ts';
import type { KeyOf, RecordKind } from '../../domain/records.ts';
import type { BatchRecordStore } from '../../ports/batch-record-store.ts';
import type { ListScope, StoreOptions } from '../../ports/record-store.ts';
import { systemClock } from '../../runtime/system-clock.ts';
import type { BatchTable, RowOutcome, RowWrite } from '../batch-table.ts';
import type { RecordAttributes } from '../codec/record-layout.ts';
import type { KeyedRow, Row, Written } from '../record-table.ts';
import { writeSingly } from '../single-writes.ts';
import { TableBatchStore } from '../table-batch-store.ts';

interface Entry extends Row {
  readonly kind: RecordKind;
  readonly key: Readonly<Record<string, string>>;
}

/** Rows in this process, for tests: lost with it, and seen by nobody else. */
export class MemoryTable implements BatchTable {
  readonly where = 'memory';
  readonly #entries = new Map<string, Entry>();
  #writes = 0;

  async prepare(): Promise<void> {}

  async read<K extends RecordKind>(kind: K, key: KeyOf[K], options: StoreOptions): Promise<Row | undefined> {
    await turn(options);
    return this.#entries.get(idOf(kind, key));
  }

  async insert<K extends RecordKind>(
    kind: K,
    key: KeyOf[K],
    attributes: RecordAttributes,
    options: StoreOptions,
  ): Promise<Written> {
    await turn(options);
    const met = this.#entries.get(idOf(kind, key));
    return met === undefined ? this.#write(kind, key, attributes) : { met };
  }

  async replace<K extends RecordKind>(
    kind: K,
    key: KeyOf[K],
    version: string,
    attributes: RecordAttributes,
    options: StoreOptions,
  ): Promise<Written> {
    await turn(options);
    const met = this.#entries.get(idOf(kind, key));
    if (met?.version !== version) return { met };
    return this.#write(kind, key, { ...met.attributes, ...attributes });
  }

  async remove<K extends RecordKind>(kind: K, key: KeyOf[K], version: string, options: StoreOptions) {
    await turn(options);
    const met = this.#entries.get(idOf(kind, key));
    if (met?.version !== version) return { met };
    this.#entries.delete(idOf(kind, key));
    return 'removed' as const;
  }

  async rows<K extends keyof ListScope>(kind: K, scope: ListScope[K], options: StoreOptions): Promise<KeyedRow<K>[]> {
    await turn(options);
    const wanted = Object.entries(scope);
    const found = [...this.#entries.values()].filter(
      (entry) => entry.kind === kind && wanted.every(([name, value]) => entry.key[name] === value),
    );
    // The map holds what `insert` was given for this kind.
    return found.map(({ attributes, version, key }) => ({ attributes, version, key: key as KeyOf[K] }));
  }

  writeRows(writes: readonly RowWrite[], options: StoreOptions): Promise<RowOutcome[]> {
    return writeSingly(this, writes, { clock: systemClock, random: Math.random }, options);
  }

  async addressRows(_: string, ips: readonly string[], options: StoreOptions): Promise<ReadonlyMap<string, Row>> {
    await turn(options);
    const found = ips.map((ip) => [ip, this.#entries.get(idOf('staticIp', { ip }))] as const);
    return new Map(found.flatMap(([ip, row]) => (row === undefined ? [] : [[ip, row] as const])));
  }

  #write(kind: RecordKind, key: KeyOf[RecordKind], attributes: RecordAttributes): { version: string } {
    const version = String(++this.#writes);
    this.#entries.set(idOf(kind, key), { kind, key: { ...key }, attributes, version });
    return { version };
  }
}

/** The records of a cluster in memory (`memdb`). */
export function memoryRecordStore(cluster: string): BatchRecordStore {
  return new TableBatchStore(new MemoryTable(), cluster);
}

/** As a real database answers: never at once, so that callers interleave, and never to a caller that has given up. */
async function turn({ signal }: StoreOptions): Promise<void> {
  if (!signal.aborted) await Promise.resolve();
  if (signal.aborted) throw new InterruptedError('reading or writing a record', signal.reason);
}

function idOf<K extends RecordKind>(kind: K, key: KeyOf[K]): string {
  return JSON.stringify([kind, ...Object.entries(key).sort()]);
}
