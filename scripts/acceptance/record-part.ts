import { measureRecords } from './measures/records.ts';
import type { Notes } from './notes.ts';
import type { Place } from './place.ts';
import { openStore } from './records.ts';
import { recordRules } from './rules/record-rules.ts';
import type { RunOptions } from './run-options.ts';
import { tableThing } from './things.ts';

/** A table of the run, DynamoDB's rules, and how long a record takes. */
export async function runRecords(place: Place, { times }: RunOptions, notes: Notes): Promise<void> {
  const store = openStore(place.aws, place.runId);
  notes.made.push(tableThing(place.aws, place.runId));
  await store.prepare({ signal: place.signal });
  await notes.judgeAll(recordRules, { ...place, store });
  await measureRecords({ ...place, store }, times, notes.watch);
}
