import { setTimeout as sleep } from 'node:timers/promises';

/** Looks until it does not reject any more; controllers act in their own time, on a busy machine that may be tens of seconds. */
export async function eventually<T>(look: () => Promise<T>): Promise<T> {
  const end = Date.now() + 120_000;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await sleep(200);
  }
}
