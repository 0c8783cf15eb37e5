import { unlessThrottled } from './answer.ts';
import { runTag, zoneName } from './marks.ts';
import { measureNames } from './measures/names.ts';
import type { Notes } from './notes.ts';
import type { Place } from './place.ts';
import { nameRules } from './rules/name-rules.ts';
import type { RunOptions } from './run-options.ts';
import { zoneThing } from './things.ts';

/** A private zone of the run, Route 53's rules, and how long a change takes. */
export async function runNames(place: Place, { changes, asksResolver }: RunOptions, notes: Notes): Promise<void> {
  const { aws, runId, subnet, signal } = place;
  const wanted = {
    name: zoneName(runId),
    vpcId: subnet.vpcId,
    callerReference: `firecamp-acceptance-${runId}`,
    comment: `firecamp acceptance ${runId}`,
    tags: { [runTag]: runId },
  };
  const zone = await unlessThrottled(signal, () => aws.zones.create(wanted, { signal }));
  notes.made.push(zoneThing(aws, zone.id));
  await notes.judgeAll(nameRules, { ...place, zone });
  await measureNames({ ...place, zone }, changes, asksResolver, notes.watch);
}
