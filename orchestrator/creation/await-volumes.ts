import { FirecampError } from '../../common/domain/errors.ts';
import type { Volume } from '../../common/ports/volumes.ts';
import { pollUntil, type RetryPolicy } from '../../common/runtime/retry.ts';
import type { Operation } from '../operation.ts';

/** EC2 makes an empty volume in seconds; it publishes no bound. */
const policy: RetryPolicy = { firstDelayMs: 500, maxDelayMs: 5_000, totalMs: 300_000 };

/**
 * Waits until none of the volumes is being made any more; all are asked about in one question.
 *
 * @throws FirecampError FC-VOL-001 when EC2 fails to make one, DeadlineExceededError when one takes longer than five minutes
 */
export async function awaitVolumes(
  { ports, signal, progress }: Pick<Operation, 'ports' | 'signal' | 'progress'>,
  volumes: readonly Volume[],
): Promise<void> {
  let pending = volumes.filter(({ state }) => state === 'creating').map(({ id }) => id);
  if (pending.length === 0) return;
  await pollUntil(
    async () => {
      const found = await ports.volumes.describe(pending, { signal });
      // One that was just made may not be seen yet (EC2 API reference, "Eventual consistency").
      const states = new Map(found.map(({ id, state }) => [id, state]));
      pending = pending.filter((id) => (states.get(id) ?? 'creating') === 'creating');
      const failed = found.filter(({ state }) => state === 'error' || state === 'deleting' || state === 'deleted');
      if (failed.length > 0) throw couldNotBeMade(failed);
      if (pending.length === 0) return true;
      progress({ step: 'create volumes', state: 'waiting', detail: `${pending.length} not available yet` });
      return undefined;
    },
    () => `EC2 has not made these volumes available in time: ${pending.join(', ')}.`,
    policy,
    { clock: ports.clock, random: ports.random, signal },
  );
}

function couldNotBeMade(volumes: readonly Volume[]): FirecampError {
  const faults = volumes.map(({ id, state }) => `${id} is in the state ${state}`);
  const message = `EC2 could not make volumes available: ${faults.join(', ')}.`;
  return new FirecampError('FC-VOL-001', message, { fields: { faults } });
}
