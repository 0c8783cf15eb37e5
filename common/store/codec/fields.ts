import type { UnknownFields } from '../../domain/records.ts';

/** What of a record cannot be understood, for the message of `RecordMalformedError`. */
export class LayoutFault extends Error {
  readonly code = 'LAYOUT_FAULT';

  constructor(path: string, fault: string, options?: ErrorOptions) {
    super(`${path} ${fault}`, options);
    this.name = 'LayoutFault';
  }
}

/**
 * A JSON value and its domain form. As in Go's encoding/json, a missing or null value decodes to the type's zero value.
 */
export interface Codec<V> {
  /** @throws LayoutFault, which names `path`. */
  decode(json: unknown, path: string): V;
  /**
   * undefined leaves the field out.
   *
   * @throws LayoutFault for a value that `decode` would refuse: a record that nobody can read must not be written.
   */
  encode(value: V, path: string): unknown;
}

function basic<V>(zero: V, kind: string, accepts: (json: unknown) => V | undefined): Codec<V> {
  const accepted = (json: unknown, path: string) => {
    const value = accepts(json);
    if (value === undefined) throw new LayoutFault(path, `is no ${kind}`);
    return value;
  };
  return {
    decode: (json, path) => (json === undefined || json === null ? zero : accepted(json, path)),
    encode: accepted,
  };
}

export const text = basic('', 'string', (json) => (typeof json === 'string' ? json : undefined));

export const flag = basic(false, 'true or false', (json) => (typeof json === 'boolean' ? json : undefined));

/** An integer that a number holds exactly. */
export const count = basic(0, 'integer', (json) => (Number.isSafeInteger(json) ? Number(json) : undefined));

/** An int64 whose low digits a number would lose. */
export const int64 = basic(0n, 'integer', (json) => {
  if (typeof json === 'bigint') return json;
  return Number.isSafeInteger(json) ? BigInt(Number(json)) : undefined;
});

/** One of the words; no zero value, so a missing one is a fault. */
export function oneOf<const W extends readonly string[]>(...words: W): Codec<W[number]> {
  const accepted = (json: unknown, path: string) => {
    const word = words.find((known) => known === json);
    if (word === undefined) throw new LayoutFault(path, `is not one of ${words.join(', ')}`);
    return word;
  };
  return { decode: accepted, encode: accepted };
}

function present(json: unknown, path: string): string {
  const value = text.decode(json, path);
  if (value === '') throw new LayoutFault(path, 'is missing');
  return value;
}

/** A text without which the record means nothing. */
export const requiredText: Codec<string> = { decode: present, encode: present };

/** An empty list is written null, as Go writes a nil slice. */
export function list<V>(items: Codec<V>): Codec<readonly V[]> {
  return {
    decode(json, path) {
      if (json === undefined || json === null) return [];
      if (!Array.isArray(json)) throw new LayoutFault(path, 'is no list');
      return json.map((item, index) => items.decode(item, `${path}[${index}]`));
    },
    encode: (values, path) =>
      values.length === 0 ? null : values.map((value, index) => items.encode(value, `${path}[${index}]`)),
  };
}

/** A field that FireCamp's records do not have: left out when it is undefined. */
export function optional<V>(codec: Codec<V>): Codec<V | undefined> {
  return {
    decode: (json, path) => (json === undefined || json === null ? undefined : codec.decode(json, path)),
    encode: (value, path) => (value === undefined ? undefined : codec.encode(value, path)),
  };
}

/** A list that FireCamp's records do not have: left out when it is empty. */
export function optionalList<V>(items: Codec<V>): Codec<readonly V[]> {
  const all = list(items);
  return { decode: all.decode, encode: (values, path) => (values.length === 0 ? undefined : all.encode(values, path)) };
}

/** Numbers by name. */
export const countsByName: Codec<Readonly<Record<string, number>>> = { decode: countsOf, encode: countsOf };

function countsOf(json: unknown, path: string): Readonly<Record<string, number>> {
  const entries = Object.entries(objectAt(json, path));
  return Object.fromEntries(entries.map(([name, value]) => [name, count.decode(value, `${path}.${name}`)]));
}

/** A JSON object that is kept as it is. */
export const jsonObject: Codec<Readonly<Record<string, unknown>>> = { decode: objectAt, encode: (value) => value };

/** The object's members; none for null. @throws LayoutFault when it is anything else. */
export function objectAt(json: unknown, path: string): Readonly<Record<string, unknown>> {
  if (json === undefined || json === null) return {};
  // A number kept as raw JSON is an object with no prototype.
  if (typeof json !== 'object' || Array.isArray(json) || Object.getPrototypeOf(json) === null) {
    throw new LayoutFault(path, 'is no object');
  }
  return { ...json };
}

/** The fields of a Go struct: JSON name and codec of each domain field, in the order in which Go writes them. */
export type StructFields<T> = { readonly [K in keyof T]-?: readonly [name: string, codec: Codec<T[K]>] };

/** A decoded struct with the JSON members that it does not name, which are written back after the known ones. */
export type WithUnknown<T> = T & { readonly unknown?: UnknownFields };

export function struct<T extends object>(fields: StructFields<T>): Codec<WithUnknown<T>> {
  const known = Object.entries(fields) as [keyof T & string, readonly [string, Codec<T[keyof T]>]][];
  const names = new Set(known.map(([, [name]]) => name));
  return {
    decode(json, path) {
      const object = objectAt(json, path);
      const decoded = known.map(
        ([key, [name, codec]]) => [key, codec.decode(object[name], `${path}.${name}`)] as const,
      );
      const unknown = Object.entries(object).filter(([name]) => !names.has(name));
      const rest = unknown.length === 0 ? {} : { unknown: Object.fromEntries(unknown) };
      return { ...(Object.fromEntries(decoded) as T), ...rest };
    },
    encode(value, path) {
      const encoded = known.map(([key, [name, codec]]) => [name, codec.encode(value[key], `${path}.${name}`)] as const);
      const unknown = Object.entries(value.unknown ?? {}).filter(([name]) => !names.has(name));
      return Object.fromEntries([...encoded.filter(([, field]) => field !== undefined), ...unknown]);
    },
  };
}
