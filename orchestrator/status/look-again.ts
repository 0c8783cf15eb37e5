import { asFirecampError } from '../../common/domain/errors.ts';
import type { Clock } from '../../common/ports/clock.ts';
import type { ObjectKind, ObjectScope } from '../../common/ports/kube-objects.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import type { Observations } from './observations.ts';
import { type Known, type ObserveOptions, observe } from './observe.ts';
import { serviceSelector } from './read-pods.ts';

/** Records, EC2 and DNS tell nobody that they changed, so they are asked so often. Route 53 is never asked more often. */
const turnMs = 5_000;
/** No two looks begin sooner after each other, however many events come: the pods of a large service change by the hundred. */
const gapMs = 1_000;

/**
 * Looks at a service again and again: soon after an event of its pods or of what runs them, and every 5 s. It goes on until the caller
 * leaves the loop; then nothing of it is left running. Sources that fail are Unknown in the look and asked again in the next.
 *
 * @throws FirecampError as `observe`
 */
export async function* lookAgain(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  name: string,
  options: ObserveOptions = {},
): AsyncGenerator<Observations, never> {
  const { clock } = operation.ports;
  const stop = new AbortController();
  const signal = AbortSignal.any([operation.signal, stop.signal]);
  const bell = new Bell();
  const watching = watchService({ ...operation, signal }, name, () => bell.ring());
  try {
    let known: Known = {};
    let zoneAt = Number.NEGATIVE_INFINITY;
    for (;;) {
      const began = clock.monotonic();
      const zone = began - zoneAt < turnMs ? known.zone : undefined;
      bell.hush();
      const look = await observe({ ...operation, signal }, name, options, { ...known, zone });
      const { seen } = look;
      if (look.zone !== zone) zoneAt = began;
      known = { vpcId: look.vpcId, zone: look.zone };
      yield seen;
      await clock.sleep(Math.max(0, began + gapMs - clock.monotonic()), { signal });
      await bell.wait(clock, began + turnMs - clock.monotonic(), signal);
    }
  } finally {
    stop.abort();
    await watching;
  }
}

/** Rings at each event. Without the right to watch it stays silent, and the turns remain. */
async function watchService(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  name: string,
  ring: () => void,
): Promise<void> {
  const { namespace } = operation.settings;
  const watches: readonly (readonly [ObjectKind, ObjectScope])[] = [
    [kinds.Pod, { namespace, labelSelector: serviceSelector(name) }],
    [kinds.StatefulSet, { namespace, fieldSelector: `metadata.name=${name}` }],
  ];
  const { ports, signal } = operation;
  await Promise.all(
    watches.map(async ([kind, scope]) => {
      try {
        for await (const _event of ports.kube.watch(kind, scope, { signal })) ring();
      } catch (error) {
        const { code, message } = asFirecampError(error);
        if (!signal.aborted) ports.log.debug('a watch ended', { kind: kind.kind, code, error: message });
      }
    }),
  );
}

/** Remembers that it rang until it is hushed. */
class Bell {
  #rung = Promise.withResolvers<void>();

  ring(): void {
    this.#rung.resolve();
  }

  hush(): void {
    this.#rung = Promise.withResolvers();
  }

  /** Until it rings, or the time is over. */
  async wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const asleep = clock.sleep(Math.max(0, ms), { signal: AbortSignal.any([signal, ended.signal]) });
    try {
      await Promise.race([asleep, this.#rung.promise]);
    } finally {
      ended.abort();
      await asleep.catch(() => undefined);
    }
  }
}
