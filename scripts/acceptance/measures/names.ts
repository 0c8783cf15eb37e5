import { systemClock } from '../../../common/runtime/system-clock.ts';
import { unlessThrottled } from '../answer.ts';
import type { ZonePlace } from '../place.ts';
import { timeUntil } from '../wait.ts';
import type { Stopwatch } from './measure.ts';

/** Route 53 takes few requests a second of the whole account, which other programs need, too. */
const pace = { everyMs: 500, atMostMs: 300_000 };
const dnsPace = { everyMs: 50, atMostMs: 300_000 };
/** As the claim gives members' names. */
const ttlSeconds = 5;

/** Makes a record and changes it again and again: until GetChange says INSYNC, and until the VPC's resolver gives the new value where it can be asked. */
export async function measureNames(
  place: ZonePlace,
  times: number,
  asksResolver: boolean,
  watch: Stopwatch,
): Promise<void> {
  const { aws, zone, signal } = place;
  const name = `measured.${zone.name}`;
  const record = (n: number) => ({ name, ttlSeconds, values: [`192.0.2.${100 + (n % 100)}`] });
  for (let n = 0; n <= times; n += 1) {
    // A name that is asked for before it is there stays unknown to the resolver for minutes.
    const isAsked = asksResolver && n > 0;
    let start = 0;
    const change = await unlessThrottled(signal, () => {
      start = systemClock.monotonic();
      return aws.names.replace(zone.id, n === 0 ? undefined : record(n - 1), record(n), { signal });
    });
    const answered = systemClock.monotonic();
    watch.note('name changed: ChangeResourceRecordSets has answered', answered - start);
    const resolved = async () => (await aws.resolver.resolve4(name, { signal })).join() === record(n).values[0];
    const [insync, seen] = await Promise.all([
      timeUntil(() => aws.names.isInSync(change, { signal }), answered, pace, signal),
      isAsked ? timeUntil(resolved, answered, dnsPace, signal) : undefined,
    ]);
    watch.note('name changed: GetChange says INSYNC, after the answer', insync);
    if (isAsked)
      watch.note(`name changed: the resolver gives the new value, after the answer (TTL ${ttlSeconds} s)`, seen);
  }
}
