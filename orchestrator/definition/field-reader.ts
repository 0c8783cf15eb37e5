import type { FieldPath } from './file-fault.ts';

/**
 * Reads fields of a value that may be wrong elsewhere: what is absent or of another type is undefined, so that rules between fields can be
 * checked in the same run that finds other faults.
 */
export function textAt(value: unknown, ...path: FieldPath): string | undefined {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : undefined;
}

/** As `textAt`, for numbers. */
export function numberAt(value: unknown, ...path: FieldPath): number | undefined {
  const found = valueAt(value, path);
  return typeof found === 'number' ? found : undefined;
}

/** As `textAt`, for true and false. */
export function booleanAt(value: unknown, ...path: FieldPath): boolean | undefined {
  const found = valueAt(value, path);
  return typeof found === 'boolean' ? found : undefined;
}

/** As `textAt`, for lists; empty where there is none. */
export function listAt(value: unknown, ...path: FieldPath): readonly unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}

/** As `textAt`, for mappings of texts; empty where there is none, and without values of other types. */
export function textsAt(value: unknown, ...path: FieldPath): readonly (readonly [name: string, text: string])[] {
  const found = valueAt(value, path);
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return [];
  return Object.entries(found).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text] as const] : []));
}

/** Whether the field is there at all. */
export function has(value: unknown, ...path: FieldPath): boolean {
  return valueAt(value, path) !== undefined;
}

function valueAt(value: unknown, path: FieldPath): unknown {
  let here = value;
  for (const part of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Object.getOwnPropertyDescriptor(here, part)?.value;
  }
  return here;
}
