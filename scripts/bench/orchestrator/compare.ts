import { leastCalls } from './least-calls.ts';
import type { OperationCost } from './scenario.ts';
import type { OperationName, Sizes } from './sizes.ts';

/** How often one call was made, and how often it would have to be. */
export interface ComparedCall {
  readonly count: number;
  /** undefined: nothing says that it has to be made. */
  readonly least: number | undefined;
  readonly why: string | undefined;
}

/** An operation's calls beside the least. */
export interface ComparedCost {
  readonly operation: OperationName;
  readonly dbType: Sizes['dbType'];
  readonly members: number;
  /** Members that it made or took away. */
  readonly changed: number;
  readonly millis: number;
  /** By name, in order: all that were made, and all that should have been. */
  readonly calls: Readonly<Record<string, ComparedCall>>;
}

/** Puts the least number of each call beside the number that was counted. */
export function compareCost({ operation, members, sizes, millis, counts }: OperationCost): ComparedCost {
  const least = leastCalls(operation, sizes);
  const names = [...new Set([...counts.keys(), ...least.keys()])].sort();
  const calls = names.map((name): [string, ComparedCall] => {
    const { count, why } = least.get(name) ?? {};
    return [name, { count: counts.get(name) ?? 0, least: count, why }];
  });
  const { dbType, changed } = sizes;
  return { operation, dbType, members, changed, millis, calls: Object.fromEntries(calls) };
}
