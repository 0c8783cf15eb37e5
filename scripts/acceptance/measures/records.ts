import { systemClock } from '../../../common/runtime/system-clock.ts';
import type { RecordPlace } from '../place.ts';
import { newRecord } from '../records.ts';
import type { Stopwatch } from './measure.ts';

/** Reads and changes one address record, as each step of a claim does. */
export async function measureRecords(
  { store, runId, signal }: RecordPlace,
  times: number,
  watch: Stopwatch,
): Promise<void> {
  let current = await store.create('staticIp', newRecord(runId, '198.51.100.100'), { signal });
  for (let n = 0; n < times; n += 1) {
    const start = systemClock.monotonic();
    await store.get('staticIp', { ip: current.record.ip }, { signal });
    const read = systemClock.monotonic();
    watch.note('record read', read - start);
    current = await store.update('staticIp', current, current.record, { signal });
    watch.note('record changed by compare-and-set', systemClock.monotonic() - read);
  }
}
