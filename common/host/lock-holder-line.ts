import type { LockHolder } from '../ports/address-lock.ts';

/** Longest line a waiter reads: whatever has bound the name, it must not fill our memory or the log. */
export const maxHolderLineBytes = 2048;

/** The line a holder sends to whoever connects. */
export function formatHolder(holder: LockHolder): string {
  const { program, pid, podUid, since } = holder;
  return `${JSON.stringify({ program, pid, podUid, since })}\n`;
}

/** The holder, or undefined for anything that is not such a line: the other side may be any program. */
export function parseHolder(line: string): LockHolder | undefined {
  if (Buffer.byteLength(line) > maxHolderLineBytes) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { program, pid, podUid, since } = parsed as { readonly [key: string]: unknown };
  if (!isPlain(program) || !isPlain(podUid) || !isPlain(since)) return undefined;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined;
  return { program, pid, podUid, since };
}

// These go into error messages: no control characters, no line breaks, no length to drown the rest.
function isPlain(value: unknown): value is string {
  return typeof value === 'string' && /^[\x20-\x7e]{0,128}$/.test(value);
}
