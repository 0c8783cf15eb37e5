import { asFirecampError } from '../domain/errors.ts';
import type { ResolvedSettings, SettingTable } from './settings.ts';

/** Each setting with its value and where that came from, for a person. */
export function configLines<T extends SettingTable>(resolved: ResolvedSettings<T>): string[] {
  return Object.entries(resolved.values).map(([name, value]) => {
    const shown =
      value === undefined ? '(not set)' : Array.isArray(value) ? value.join(',') || '(none)' : String(value);
    return `  ${name.padEnd(24)} ${shown.padEnd(36)} ${resolved.sources[name as keyof T]}`;
  });
}

/** One thing that TESTMODE tried to read: what it is, or why it could not be reached. */
export interface Reading<T> {
  readonly what: string;
  readonly value: T | undefined;
  readonly failure: string | undefined;
}

/** Reads without ever failing: what could not be read is named with its reason. */
export async function tryReading<T>(what: string, read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { what, value: await read(), failure: undefined };
  } catch (error) {
    return { what, value: undefined, failure: asFirecampError(error).message };
  }
}

/** The readings as lines; `show` puts a value into words. */
export function readingLine<T>(reading: Reading<T>, show: (value: T) => string): string {
  return reading.value === undefined
    ? `  ${reading.what.padEnd(24)} not reached: ${reading.failure}`
    : `  ${reading.what.padEnd(24)} ${show(reading.value)}`;
}
