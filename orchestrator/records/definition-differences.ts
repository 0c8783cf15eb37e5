import { shownValue } from '../definition/allowed-text.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';

/** A field in which two definitions differ. */
export interface DefinitionDifference {
  /** As in a service file: `dataVolume.sizeGb`, `ports[client].declared`, `configFiles[redis.conf].content`. */
  readonly field: string;
  /** undefined where there is no such field. */
  readonly was: unknown;
  readonly is: unknown;
}

/** Every field in which the definitions differ, in the order of the fields; items of lists that have names are compared by name. */
export function definitionDifferences(was: ServiceDefinition, is: ServiceDefinition): DefinitionDifference[] {
  return differences('', { ...was }, { ...is });
}

/** A difference in words; what may be a secret (variables, contents) or is long is not shown. */
export function differenceText({ field, was, is }: DefinitionDifference): string {
  const isSecret = field.startsWith('env.') || (field.startsWith('configFiles[') && !field.endsWith('.mode'));
  if (isSecret) return `${field}: ${presence(was, is)}`;
  return `${field}: ${shown(was)} before, ${shown(is)} now`;
}

function presence(was: unknown, is: unknown): string {
  if (was === undefined) return 'not there before';
  return is === undefined ? 'not there now' : 'another value';
}

function shown(value: unknown): string {
  return value === undefined ? 'none' : shownValue(value);
}

type Fields = Readonly<Record<string, unknown>>;

function differences(path: string, was: Fields, is: Fields): DefinitionDifference[] {
  const names = new Set([...Object.keys(was), ...Object.keys(is)]);
  return [...names].flatMap((name) => fieldDifferences(path === '' ? name : `${path}.${name}`, was[name], is[name]));
}

function fieldDifferences(field: string, was: unknown, is: unknown): DefinitionDifference[] {
  if (isFields(was) && isFields(is)) return differences(field, was, is);
  const lists = [byName(was), byName(is)] as const;
  if (lists[0] && lists[1]) {
    const [before, now] = lists;
    const names = new Set([...before.keys(), ...now.keys()]);
    return [...names].flatMap((name) => fieldDifferences(`${field}[${name}]`, before.get(name), now.get(name)));
  }
  return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ field, was, is }];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The items by their names, when the value is a list of named things. */
function byName(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: readonly unknown[] = value;
  const named = items.flatMap((item): [string, unknown][] => {
    const name = isFields(item) ? item['name'] : undefined;
    return typeof name === 'string' ? [[name, item]] : [];
  });
  return named.length === items.length ? new Map(named) : undefined;
}
