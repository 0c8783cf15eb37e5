import { asFirecampError, InterruptedError } from '../../../common/domain/errors.ts';
import type { Answer } from '../answer.ts';

/** What a look at AWS told about a rule. */
export interface Finding {
  readonly held: boolean;
  /** What AWS answered, for whoever has to mend the code or the simulated cloud. */
  readonly answered: string;
}

/** A rule of AWS that the programs, and the simulated cloud of the tests, take for true. */
export interface Rule<P> {
  /** The rule, as a sentence. */
  readonly says: string;
  /** Where it stands; "not published" where the project only assumes it. */
  readonly source: string;
  readonly check: (place: P) => Promise<Finding>;
}

/** A rule and what became of it; `not told` when AWS could not be asked, which says nothing about the rule. */
export interface Judgement {
  readonly rule: string;
  readonly source: string;
  readonly outcome: 'held' | 'not held' | 'not told';
  readonly answered: string;
}

/** Checks the rule. @throws InterruptedError only: whatever else goes wrong is `not told`. */
export async function judge<P>({ says, source, check }: Rule<P>, place: P): Promise<Judgement> {
  try {
    const { held, answered } = await check(place);
    return { rule: says, source, outcome: held ? 'held' : 'not held', answered };
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    return { rule: says, source, outcome: 'not told', answered: asFirecampError(error).message };
  }
}

/** Whether AWS refused it with this code. */
export function refusedAs(code: string, answer: Answer<unknown>): Finding {
  if ('said' in answer) return { held: false, answered: `done, where ${code} was expected` };
  const { refused } = answer;
  return { held: refused.code === code, answered: `${refused.code}: ${refused.message}` };
}

/** Whether AWS did it. */
export function done(answer: Answer<unknown>): Finding {
  if ('said' in answer) return { held: true, answered: 'done' };
  return { held: false, answered: `${answer.refused.code}: ${answer.refused.message}` };
}

/** Whether these texts are the same, in whatever order. */
export function same(what: string, wanted: readonly string[], found: readonly string[]): Finding {
  const text = (some: readonly string[]) => (some.length === 0 ? 'none' : [...some].sort().join(', '));
  const held = text(wanted) === text(found);
  return { held, answered: held ? `${what}: ${text(found)}` : `${what}: ${text(found)}, not ${text(wanted)}` };
}

/** Whether each of them holds. */
export function all(...findings: readonly Finding[]): Finding {
  return { held: findings.every(({ held }) => held), answered: findings.map(({ answered }) => answered).join('; ') };
}
