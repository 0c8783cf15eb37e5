import { type AddressLock, LockHeldError, type LockHolder } from '../../common/ports/address-lock.ts';
import type { Clock } from '../../common/ports/clock.ts';
import type { Script } from './script.ts';

/** The locks of one host. */
export class FakeLock implements AddressLock {
  readonly holders = new Map<string, LockHolder>();
  readonly #script: Script;
  readonly #clock: Clock;

  constructor(script: Script, clock: Clock) {
    this.#script = script;
    this.#clock = clock;
  }

  async acquire(
    name: string,
    holder: LockHolder,
    { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<AsyncDisposable> {
    await this.#script.call('lock.acquire', name, signal, () => undefined);
    const end = this.#clock.monotonic() + timeoutMs;
    while (this.holders.has(name)) {
      if (this.#clock.monotonic() >= end) throw new LockHeldError(name, this.holders.get(name), timeoutMs);
      await this.#clock.sleep(Math.min(50, timeoutMs), { signal });
    }
    this.holders.set(name, holder);
    return { [Symbol.asyncDispose]: async () => void this.holders.delete(name) };
  }
}
