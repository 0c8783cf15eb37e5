import { setTimeout as delay } from 'node:timers/promises';
import { InterruptedError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';

/** The machine's clocks. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, { signal }) {
    try {
      await delay(ms, undefined, { signal });
    } catch (cause) {
      throw new InterruptedError('waiting', signal.reason ?? cause);
    }
  },
};
