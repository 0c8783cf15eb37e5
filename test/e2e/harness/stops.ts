import type { Far, Step, Stop } from './way.ts';

/** A place where a run of a program can be stopped: the n-th request of its kind, before or after the server dealt with it. */
export interface NamedStop extends Stop {
  readonly title: string;
  /** Whether the request changes something. */
  readonly changes: boolean;
}

const changing = new Set(['UpdateItem', 'PutItem', 'AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses']);

/**
 * Every place to stop at in a run like the one that made these steps: at the arrival of each request, and at the reply of those that change
 * something or come after one that did. Requests are told by kind and number, not by their place in the row: those sent side by side come in
 * any order.
 */
export function stopsOf(steps: readonly Step[]): NamedStop[] {
  const counts = new Map<string, number>();
  let changed = false;
  return steps.flatMap(({ far, operation }) => {
    const kind = `${far} ${operation}`;
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    const changes = changing.has(operation);
    changed ||= changes;
    const places: readonly Stop['at'][] = changed ? ['arrival', 'reply'] : ['arrival'];
    return places.map((at) => ({
      at,
      changes,
      title: `the ${at} of ${kind}${number > 1 ? ` (${number})` : ''}`,
      matches: nth(far, operation, number),
    }));
  });
}

/** Matches the n-th request of its kind; good for one run. */
export function nth(far: Far, operation: string, number = 1): Stop['matches'] {
  return (_step, index, steps) => {
    const same = steps.slice(0, index + 1).filter((one) => one.far === far && one.operation === operation);
    return same.length === number && same.at(-1) === steps[index];
  };
}
