import type { ErrorCode } from '../../common/domain/error-catalogue.ts';
import { asFirecampError } from '../../common/domain/errors.ts';
import { withinDeadline } from '../../common/runtime/deadline.ts';
import type { Operation } from '../operation.ts';
import { known, type Seen, UnseenError } from './seen.ts';

export type Reading = Pick<Operation, 'ports' | 'settings' | 'signal'>;

/** Reads facts, each alone: what fails or takes too long is a missing fact and stops nothing else. */
export class Prober {
  readonly #operation: Reading;
  readonly #timeoutMs: number;

  constructor(operation: Reading, timeoutMs: number) {
    this.#operation = operation;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * A fact; what `needs` rejects with comes out unread.
   *
   * @param ground the check that reports a failure of this read
   * @param what is read, for the message of a time that is over
   * @param needs facts that it builds on, by `all`; where one is missing nothing is read, and this is missing for the same reason
   */
  async read<T, N>(
    ground: ErrorCode,
    what: string,
    needs: Promise<N>,
    run: (reading: Reading, facts: N) => Promise<T> | T,
  ): Promise<Seen<T>> {
    try {
      const facts = await needs;
      return { value: await this.#inTime(what, (reading) => run(reading, facts)) };
    } catch (error) {
      return error instanceof UnseenError ? error.missing : { ground, error: asFirecampError(error) };
    }
  }

  #inTime<T>(what: string, run: (reading: Reading) => Promise<T> | T): Promise<T> {
    const { ports, signal } = this.#operation;
    return withinDeadline(ports.clock, this.#timeoutMs, what, async (over) =>
      run({ ...this.#operation, signal: AbortSignal.any([signal, over]) }),
    );
  }
}

/** Facts that another builds on, together. @throws UnseenError (as a rejection) where one is missing */
export async function all<T extends readonly unknown[]>(
  ...facts: { readonly [K in keyof T]: Promise<Seen<T[K]>> }
): Promise<T> {
  return (await Promise.all(facts)).map((seen) => known(seen)) as readonly unknown[] as T;
}
