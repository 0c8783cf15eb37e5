import { type Reading, readSource } from '../status/read-source.ts';

/** Takes a line for `warnings.txt`. */
export type Warn = (line: string) => void;

/** Reads one source; what cannot be read is a warning, and the report goes on without it. Only the operation's own end rejects. */
export async function readOrWarn<T>(
  reading: Reading,
  what: string,
  warn: Warn,
  read: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const observed = await readSource(reading, { what, timeoutMs: reading.timeoutMs }, read);
  if ('value' in observed) return observed.value;
  warn(`${what}: ${observed.unknown}`);
  return undefined;
}
