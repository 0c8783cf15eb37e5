import type { Operation } from '../operation.ts';
import { readSource } from '../status/read-source.ts';

/** What a report reads with; `timeoutMs` is for each source. */
export type Reading = Pick<Operation, 'ports' | 'settings' | 'signal'> & { readonly timeoutMs: number };

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
