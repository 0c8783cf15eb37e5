import type { AddressOwner, KeyOf, RecordKind, RecordOf } from '../../common/domain/records.ts';
import type { ListScope, RecordStore, Stored, StoreOptions, UpdatableKind } from '../../common/ports/record-store.ts';
import { memoryRecordStore } from '../../common/store/memdb/memory-table.ts';
import type { Script } from './script.ts';

/** The records in memory, behind a script: `store.get.<kind>`, `store.update <state> <epoch>`. */
export class FakeStore implements RecordStore {
  /** The same records past all scripts: somebody else's view. */
  readonly direct: RecordStore;
  /** Owners of address records as they were written, in order. */
  readonly owners: AddressOwner[] = [];
  readonly #script: Script;

  constructor(script: Script, cluster: string) {
    this.#script = script;
    this.direct = memoryRecordStore(cluster);
  }

  get<K extends RecordKind>(kind: K, key: KeyOf[K], options: StoreOptions): Promise<Stored<RecordOf[K]>> {
    return this.#call(`store.get.${kind}`, '', options, () => this.direct.get(kind, key, options));
  }

  create<K extends RecordKind>(kind: K, record: RecordOf[K], options: StoreOptions): Promise<Stored<RecordOf[K]>> {
    return this.#call('store.create', kind, options, () => this.direct.create(kind, record, options));
  }

  update<K extends UpdatableKind>(
    kind: K,
    current: Stored<RecordOf[K]>,
    next: RecordOf[K],
    options: StoreOptions,
  ): Promise<Stored<RecordOf[K]>> {
    const owner = 'owner' in next ? next.owner : undefined;
    const what = owner === undefined ? kind : `${owner.state} ${owner.epoch}`;
    return this.#call('store.update', what, options, async () => {
      const stored = await this.direct.update(kind, current, next, options);
      if (owner !== undefined) this.owners.push(owner);
      return stored;
    });
  }

  delete<K extends RecordKind>(kind: K, current: Stored<RecordOf[K]>, options: StoreOptions): Promise<void> {
    return this.#call('store.delete', kind, options, () => this.direct.delete(kind, current, options));
  }

  list<K extends keyof ListScope>(kind: K, scope: ListScope[K], options: StoreOptions): Promise<Stored<RecordOf[K]>[]> {
    return this.#call('store.list', kind, options, () => this.direct.list(kind, scope, options));
  }

  #call<T>(name: string, what: string, { signal }: StoreOptions, effect: () => Promise<T>): Promise<T> {
    return this.#script.call(name, what, signal, effect);
  }
}
