import type { CallOptions } from '../../common/ports/call-options.ts';
import {
  type AddressRecord,
  type NameService,
  RecordSetConflictError,
  type Resolver,
} from '../../common/ports/names.ts';
import type { ManualClock } from './manual-clock.ts';
import type { Script } from './script.ts';

/** Route 53 and the resolver behind it, which sees a change `insyncMs` after it was made. */
export class FakeNames implements NameService, Resolver {
  readonly records = new Map<string, AddressRecord>();
  /** What applications see, by name. */
  readonly visible = new Map<string, readonly string[]>();
  insyncMs = 30_000;
  readonly #changes = new Map<string, number>();
  readonly #script: Script;
  readonly #clock: ManualClock;

  constructor(script: Script, clock: ManualClock) {
    this.#script = script;
    this.#clock = clock;
  }

  /** The name has been there for long. */
  put(name: string, ip: string): void {
    this.records.set(name, { name, ttlSeconds: 5, values: [ip] });
    this.visible.set(name, [ip]);
  }

  find(_zone: string, name: string, { signal }: CallOptions) {
    return this.#script.call('dns.find', '', signal, () => this.records.get(name));
  }

  replace(_zone: string, current: AddressRecord | undefined, next: AddressRecord, { signal }: CallOptions) {
    return this.#script.call('dns.replace', next.values.join(), signal, () => {
      const there = this.records.get(next.name);
      if (there?.values.join() !== current?.values.join()) {
        throw new RecordSetConflictError(next.name, 'values provided do not match the current values');
      }
      this.records.set(next.name, next);
      const id = `change-${this.#changes.size + 1}`;
      this.#changes.set(id, this.#clock.monotonic() + this.insyncMs);
      this.#clock.after(this.insyncMs, () => this.visible.set(next.name, next.values));
      return id;
    });
  }

  isInSync(changeId: string, { signal }: CallOptions) {
    const done = () => this.#clock.monotonic() >= (this.#changes.get(changeId) ?? Number.POSITIVE_INFINITY);
    return this.#script.call('dns.isInSync', '', signal, done);
  }

  resolve4(name: string, { signal }: CallOptions) {
    return this.#script.call('resolver.resolve4', '', signal, () => [...(this.visible.get(name) ?? [])]);
  }
}
