/** A field of two objects that differs; `undefined` where it is not there. */
export interface FieldDifference {
  /** `spec.template.spec.containers[main].image` */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Every field that differs, in the order of the fields. Lists of named things are compared by name, others by position. */
export function fieldDifferences(before: unknown, after: unknown, path = ''): FieldDifference[] {
  const [left, right] = [fieldsOf(before), fieldsOf(after)];
  if (left === undefined || right === undefined) {
    return Object.is(before, after) ? [] : [{ path, before, after }];
  }
  const names = new Set([...left.keys(), ...right.keys()]);
  return [...names].flatMap((name) => fieldDifferences(left.get(name), right.get(name), joined(path, name)));
}

/** Fields of `wanted` that are not so in `live`; what `live` has beside them is left aside, as an apply leaves it. */
export function missingFrom(live: unknown, wanted: unknown, path = ''): FieldDifference[] {
  const [left, right] = [fieldsOf(live), fieldsOf(wanted)];
  if (left === undefined || right === undefined) return fieldDifferences(live, wanted, path);
  return [...right].flatMap(([name, value]) => missingFrom(left.get(name), value, joined(path, name)));
}

/** In one line for a person: `spec.replicas: 3 → 5; …`, at most `limit` of them. */
export function inWords(differences: readonly FieldDifference[], limit = 4): string {
  const told = differences
    .slice(0, limit)
    .map(({ path, before, after }) => `${path}: ${short(before)} → ${short(after)}`);
  const more = differences.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** An object's or a list's fields; a list that could be either of two lengths of names stays a list by position. */
function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const names = value.map(nameOf);
  const unique = new Set(names).size === names.length && !names.includes(undefined);
  return new Map(value.map((item, at) => [`[${unique ? names[at] : at}]`, item]));
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null || !('name' in item)) return undefined;
  return typeof item.name === 'string' ? item.name : undefined;
}

function joined(path: string, name: string): string {
  return path === '' || name.startsWith('[') ? `${path}${name}` : `${path}.${name}`;
}

function short(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
