import { RequestFailedError } from '../../common/domain/errors.ts';
import { systemClock } from '../../common/runtime/system-clock.ts';

/** How often to look, and when to stop. Milliseconds. */
export interface Pace {
  readonly everyMs: number;
  readonly atMostMs: number;
}

/**
 * Looks until it is so.
 * @returns milliseconds from `since` (a monotonic moment) to the beginning of the first look that found it so: it was so then at the latest;
 * undefined when the time was over first.
 * @throws what the look throws, unless another look may have an answer
 */
export async function timeUntil(
  look: () => Promise<boolean>,
  since: number,
  { everyMs, atMostMs }: Pace,
  signal: AbortSignal,
): Promise<number | undefined> {
  for (;;) {
    const asked = systemClock.monotonic();
    if (await lookOnce(look)) return asked - since;
    if (systemClock.monotonic() - since > atMostMs) return undefined;
    await systemClock.sleep(everyMs, { signal });
  }
}

/** While an address moves EC2 may name two holders, which the adapter refuses to believe; and any read may be lost. */
async function lookOnce(look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof RequestFailedError && error.transient) return false;
    throw error;
  }
}
