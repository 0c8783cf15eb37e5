import type { OrchestratorAws } from '../../common/aws/open-orchestrator-aws.ts';
import { InterruptedError } from '../../common/domain/errors.ts';
import { runAddresses } from './address-part.ts';
import { runClaims } from './claim-part.ts';
import { type Cleaned, clean } from './clean.ts';
import { failureOf } from './failure-of.ts';
import type { Measure } from './measures/measure.ts';
import { runNames } from './name-part.ts';
import { Notes } from './notes.ts';
import type { Part } from './options.ts';
import type { Place } from './place.ts';
import { runRecords } from './record-part.ts';
import type { Judgement } from './rules/rule.ts';
import type { RunOptions } from './run-options.ts';

/** What a run has come to. */
export interface Outcome {
  readonly measures: readonly Measure[];
  readonly judgements: readonly Judgement[];
  /** Parts that could not be run to their end, and why. */
  readonly failures: readonly string[];
  readonly cleaned: Cleaned;
}

const parts: Readonly<Record<Part, (place: Place, options: RunOptions, notes: Notes) => Promise<void>>> = {
  addresses: runAddresses,
  names: runNames,
  records: runRecords,
  claims: runClaims,
};

/**
 * Runs the parts one after the other, and takes away what they have made, whatever becomes of them.
 * @param signals `run` ends the run, which then cleans; `cleaning` ends the cleaning, too
 * @param say takes a line for whoever waits
 * @throws InterruptedError when the cleaning was ended
 */
export async function runAcceptance(
  aws: OrchestratorAws,
  subnet: Place['subnet'],
  options: RunOptions,
  signals: { readonly run: AbortSignal; readonly cleaning: AbortSignal },
  say: (line: string) => void,
): Promise<Outcome> {
  const { runId } = options;
  const failures: string[] = [];
  const notes = new Notes(say);
  try {
    for (const part of options.parts) {
      say(`${part}:`);
      const failure = await failureOf(() => parts[part]({ runId, aws, subnet, signal: signals.run }, options, notes));
      if (failure !== undefined) failures.push(`${part}: ${failure}`);
    }
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    failures.push(error.message);
  }
  say('taking away what was made');
  const cleaned = await clean(aws, { runId, parts: options.parts, made: notes.made }, signals.cleaning);
  return { measures: notes.watch.measures(), judgements: notes.judgements, failures, cleaned };
}
