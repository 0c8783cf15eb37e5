/** How often a claim waited for answers, one after the other, and how often EC2's was among them. */
export interface RoundTrips {
  readonly sequential: number;
  readonly withEc2: number;
}

/** The phases of a claim that wait for others; the calls of one phase go out side by side. */
const waiting = new Set(['observe member', 'observe node', 'intent', 'assign', 'confirm', 'owned']);
const asksEc2 = new Set(['observe node', 'assign', 'confirm']);

/**
 * Counts the phases in the program's own log. The servers' clocks do not tell: calls of a few milliseconds that are sent side by side
 * often miss each other, and would count as a row.
 */
export function roundTrips(log: readonly Readonly<Record<string, unknown>>[]): RoundTrips {
  const phases = log.flatMap((line) => (line['outcome'] === 'done' ? [String(line['phase'])] : []));
  return {
    sequential: phases.filter((phase) => waiting.has(phase)).length,
    withEc2: phases.filter((phase) => asksEc2.has(phase)).length,
  };
}
