import { FirecampError } from '../../common/domain/errors.ts';
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
 * @throws what the look throws, unless it is one of `notYet`
 */
export async function timeUntil(
  look: () => Promise<boolean>,
  since: number,
  { everyMs, atMostMs }: Pace,
  signal: AbortSignal,
  notYet: readonly string[] = [],
): Promise<number | undefined> {
  for (;;) {
    const asked = systemClock.monotonic();
    if (await lookOnce(look, notYet)) return asked - since;
    if (systemClock.monotonic() - since > atMostMs) return undefined;
    await systemClock.sleep(everyMs, { signal });
  }
}

async function lookOnce(look: () => Promise<boolean>, notYet: readonly string[]): Promise<boolean> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof FirecampError && notYet.includes(error.code)) return false;
    throw error;
  }
}
