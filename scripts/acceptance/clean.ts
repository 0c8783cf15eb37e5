import type { OrchestratorAws } from '../../common/aws/open-orchestrator-aws.ts';
import { systemClock } from '../../common/runtime/system-clock.ts';
import { failureOf } from './failure-of.ts';
import { leftovers } from './leftovers.ts';
import type { Part } from './options.ts';
import type { Thing } from './things.ts';

/** What cleaning has come to. */
export interface Cleaned {
  readonly removed: readonly string[];
  /** What is still there as far as is known, each with what stood in the way. */
  readonly left: readonly string[];
}

/** A volume in the making cannot be deleted yet, and tags are told of late: EC2 needs seconds for both. */
const rounds = 40;
/** So many rounds in a row with nothing new: what was being made when the run ended is told of late, too. */
const quietRounds = 3;

/** The run to clean up after, and in which parts of AWS to look. */
export interface Remains {
  readonly runId: string;
  readonly parts: readonly Part[];
  /** What AWS may not tell of yet. */
  readonly made: readonly Thing[];
}

/**
 * Takes away everything of a run: what is known to have been made, and what AWS tells of. Looks again until AWS has told of
 * nothing more several times; forty rounds end it.
 * @param betweenMs milliseconds from one round to the next
 * @throws InterruptedError only
 */
export async function clean(
  aws: OrchestratorAws,
  remains: Remains,
  signal: AbortSignal,
  betweenMs = 1_000,
): Promise<Cleaned> {
  const removed = new Set<string>();
  let quiet = 0;
  for (let round = 1; ; round += 1) {
    const { things, unseen } = await everyThing(aws, remains, signal);
    const before = removed.size;
    const left = [...unseen];
    // AWS tells of what is gone for a while.
    for (const thing of things.filter((one) => one.mayComeYet || !removed.has(nameOf(one)))) {
      const failure = await failureOf(() => thing.remove(signal));
      if (failure === undefined) removed.add(nameOf(thing));
      else left.push(`${nameOf(thing)}: ${failure}`);
    }
    quiet = left.length === 0 && removed.size === before ? quiet + 1 : 0;
    if (round === rounds || quiet === quietRounds) return { removed: [...removed], left };
    await systemClock.sleep(betweenMs, { signal });
  }
}

/** What AWS tells of, in its order, then what it does not tell of yet; and where it could not be asked. */
async function everyThing(aws: OrchestratorAws, { runId, parts, made }: Remains, signal: AbortSignal) {
  const things: Thing[] = [];
  const unseen: string[] = [];
  for (const part of parts) {
    const failure = await failureOf(async () => {
      things.push(...(await leftovers[part](aws, runId, signal)));
    });
    if (failure !== undefined) unseen.push(`perhaps some ${part}, AWS cannot be asked: ${failure}`);
  }
  // What several parts or both tell of is one thing, in its first place.
  const unique = new Map([...things, ...made].map((thing) => [nameOf(thing), thing]));
  return { things: [...unique.values()], unseen };
}

function nameOf({ kind, id }: Thing): string {
  return `${kind} ${id}`;
}
