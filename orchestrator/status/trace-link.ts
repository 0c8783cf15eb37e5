import type { Observed } from './service-status.ts';
import type { LastChange, TraceKind, TraceLink } from './trace-model.ts';

/** What is told of a thing; without a value it is left out. */
export type Fact = readonly [label: string, value: string | number | undefined];

/** A thing in words. */
export interface Parts {
  readonly name: string;
  readonly facts: readonly Fact[];
  readonly lastChange?: LastChange | undefined;
}

/** The link of what was read, of what is not there, or of what could not be read. */
export function link<T>(kind: TraceKind, observed: Observed<T | undefined>, parts: (value: T) => Parts): TraceLink {
  const none = { kind, name: undefined, facts: [], lastChange: undefined };
  if ('unknown' in observed) return { ...none, unread: observed.unknown };
  if (observed.value === undefined) return { ...none, unread: undefined };
  const { name, facts, lastChange } = parts(observed.value);
  return { kind, name, facts: facts.flatMap(told), lastChange, unread: undefined };
}

function told([label, value]: Fact): [string, string][] {
  return value === undefined || value === '' ? [] : [[label, String(value)]];
}
