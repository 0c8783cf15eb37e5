import type { StartUp } from './start-up.ts';
import type { WaitingMemory } from './waiting-memory.ts';

/** KiB that a stop container may hold while it waits: there is one beside each member, for as long as the member lives. */
const waitingBudget = 2048;

/**
 * What was measured when the way of packaging was chosen (docs/reference/images.md says how): Node 24 as a single executable with its code
 * cache warmed, and a static waiting process, on two cores of x86-64.
 */
const reference = {
  startUp: { emptyScript: 46, firstRequest: 96, initcontainer: undefined, cli: undefined },
  waiting: { resident: 700, anonymous: 50 },
} as const;

const names: Readonly<Record<keyof StartUp, string>> = {
  emptyScript: 'an empty script, the same Node',
  firstRequest: 'firecamp-initcontainer, until its first request',
  initcontainer: 'firecamp-initcontainer --version',
  cli: 'firecamp --version',
};

/** A table of both, each beside the figure of reference; ratios are to the empty script. */
export function figuresText(startUp: StartUp, waiting: WaitingMemory): string {
  const rows = (Object.keys(names) as (keyof StartUp)[]).map((key) => [
    names[key],
    startUp[key].toFixed(0),
    (startUp[key] / startUp.emptyScript).toFixed(2),
    reference.startUp[key]?.toFixed(0) ?? '',
    ((reference.startUp[key] ?? Number.NaN) / reference.startUp.emptyScript).toFixed(2).replace('NaN', ''),
  ]);
  const table = [['start-up, milliseconds', 'here', 'ratio', 'reference', 'ratio'], ...rows].map(
    ([name = '', ...cells]) => [name.padEnd(50), ...cells.map((cell) => cell.padStart(9))].join(' ').trimEnd(),
  );
  return [...table, '', ...waitingLines(waiting), ''].join('\n');
}

/** Whether the waiting stop container keeps its budget. */
export function isWaitingWithinBudget({ resident }: WaitingMemory): boolean {
  return resident <= waitingBudget;
}

function waitingLines(waiting: WaitingMemory): string[] {
  const kept = isWaitingWithinBudget(waiting) ? 'within' : 'MORE THAN';
  const { resident, anonymous } = reference.waiting;
  return [
    `waiting stop container: ${waiting.resident} KiB resident, ${kept} the budget of ${waitingBudget} KiB (reference ${resident})`,
    `                        ${waiting.anonymous} KiB of it cannot be taken back (reference ${anonymous})`,
  ];
}
