import { renderTable } from '../demo/table.ts';
import { type Measure, percentile } from './measures/measure.ts';
import type { Judgement } from './rules/rule.ts';
import type { Outcome } from './run.ts';

/** Whether AWS is as the project takes it to be, and nothing is left of the run. */
export function isGood({ measures, judgements, failures, cleaned }: Outcome): boolean {
  const held = judgements.every(({ outcome }) => outcome === 'held');
  const inTime = measures.every(({ tooLate }) => tooLate === 0);
  return held && inTime && failures.length === 0 && cleaned.left.length === 0;
}

/** The outcome for a person: times, rules, and what went wrong. */
export function reportLines(outcome: Outcome): string[] {
  const { measures, judgements, failures, cleaned } = outcome;
  const count = (wanted: Judgement['outcome']) => judgements.filter((one) => one.outcome === wanted).length;
  return [
    '',
    ...renderTable(['MILLISECONDS', 'N', 'MIN', 'P50', 'P99', 'MAX', 'TOO LATE'], measures.map(measureRow)),
    '',
    ...judgements.flatMap(ruleLines),
    '',
    `${count('held')} rules held, ${count('not held')} not held, ${count('not told')} not told`,
    ...failures.map((failure) => `not run to its end: ${failure}`),
    `${cleaned.removed.length} things taken away${cleaned.left.length === 0 ? ', nothing is left' : ''}`,
    ...cleaned.left.map((left) => `LEFT: ${left}`),
  ];
}

function measureRow({ what, millis, tooLate }: Measure): string[] {
  const shown = [0, 0.5, 0.99, 1].map((share) => percentile(millis, share)?.toFixed(0) ?? '-');
  return [what, `${millis.length}`, ...shown, `${tooLate}`];
}

/** What AWS answered is told where the rule did not hold; it is in the JSON of every rule. */
function ruleLines({ rule, source, outcome, answered }: Judgement): string[] {
  const first = `${outcome === 'held' ? 'held    ' : outcome.toUpperCase()}  ${rule}`;
  return outcome === 'held' ? [first] : [first, `          source: ${source}`, `          AWS: ${answered}`];
}
