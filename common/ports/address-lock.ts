import { FirecampError } from '../domain/errors.ts';

/** Who holds or wants the lock of an address on this host; shown to whoever waits for it. */
export interface LockHolder {
  readonly program: string;
  readonly pid: number;
  readonly podUid: string;
  /** RFC 3339. */
  readonly since: string;
}

/**
 * Serialises claim, release and guard of one address on one host. The lock dies with its process.
 */
export interface AddressLock {
  /**
   * Waits for the lock until the signal aborts or `timeoutMs` is over (`LockHeldError`, which names the holder). Dispose to release.
   */
  acquire(
    name: string,
    holder: LockHolder,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<AsyncDisposable>;
}

/** The lock was not free before the deadline. */
export class LockHeldError extends FirecampError {
  constructor(name: string, holder: LockHolder | undefined, waitedMs: number) {
    const who = holder
      ? `${holder.program} (pid ${holder.pid}, pod ${holder.podUid}) has held it since ${holder.since}`
      : 'its holder does not answer';
    super('FC-CLM-007', `The lock "${name}" was not free within ${Math.round(waitedMs / 1000)} s: ${who}.`, {
      fields: { lock: name, holderPid: holder?.pid, holderPod: holder?.podUid },
    });
  }
}
