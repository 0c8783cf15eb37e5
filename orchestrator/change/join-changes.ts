import type { Change } from '../operation.ts';

/** One line for each thing, in the order in which it was first met: what two steps did to it together. */
export function joinChanges(changes: readonly Change[]): Change[] {
  const byThing = Map.groupBy(changes, ({ kind, name }) => `${kind} ${name}`);
  return [...byThing.values()].flatMap(joinOne);
}

function joinOne(changes: readonly Change[]): Change[] {
  const [first] = changes;
  if (first === undefined) return [];
  const done = changes.filter(({ action }) => action !== 'keep');
  const [done0 = first] = done;
  const details = [...new Set((done.length > 0 ? done : changes).flatMap(({ detail }) => detail ?? []))];
  return [{ ...done0, ...(details.length > 0 && { detail: details.join('; ') }) }];
}
