import { FirecampError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';

/** A request that changes EC2 is never sent later than this after the record was last seen as ours. Milliseconds. */
export const maxRecordAgeMs = 2000;

/** How long an answer to Assign or Unassign is waited for. Milliseconds. */
export const requestTimeoutMs = 5000;

/** The record was seen too long ago to act on it; nothing was sent. Read it again. */
export class RecordTooOldError extends FirecampError {
  constructor(ageMs: number) {
    super(
      'FC-CLM-006',
      `The record was last seen ${Math.round(ageMs)} ms ago, more than ${maxRecordAgeMs} ms: nothing was sent.`,
    );
  }
}

/** A check for the last moment before the wire: throws `RecordTooOldError` when the record was seen too long ago. */
export function notLate(clock: Clock, seenAt: number): () => void {
  return () => {
    const age = clock.monotonic() - seenAt;
    if (age > maxRecordAgeMs) throw new RecordTooOldError(age);
  };
}
