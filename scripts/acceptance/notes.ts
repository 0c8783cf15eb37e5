import { Stopwatch } from './measures/measure.ts';
import { type Judgement, judge, type Rule } from './rules/rule.ts';
import type { Thing } from './things.ts';

/** What a run notes while it goes on. */
export class Notes {
  readonly watch = new Stopwatch();
  /** What the run has made, or is about to make. */
  readonly made: Thing[] = [];
  readonly judgements: Judgement[] = [];
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Checks the rules one after the other. @throws InterruptedError only */
  async judgeAll<P>(rules: readonly Rule<P>[], place: P): Promise<void> {
    for (const rule of rules) {
      const judgement = await judge(rule, place);
      this.judgements.push(judgement);
      this.#say(`  ${judgement.outcome}: ${judgement.rule}`);
    }
  }
}
