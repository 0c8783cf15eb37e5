import type { EventAction, EventReason } from './event-reasons.ts';
import { withinBytes } from './within-bytes.ts';

/** The API server takes no longer note (k8s.io/api/events/v1, Event: "Maximal length of the note is 1kB"; it counts bytes). */
const maxNoteBytes = 1024;

/** One result of a claim or a release, told to whoever looks at the pod. */
export interface MemberEvent {
  readonly action: EventAction;
  readonly reason: EventReason;
  /** What happened to which resource, for a person; of a failure it ends in the remedy. At most 1,024 bytes. */
  readonly note: string;
  /** What the result is about. Two results of one action, reason and subject are one that came again: it is counted, not told anew. */
  readonly subject: string;
}

/** The note of an Event: a text that is shortened where it has to be, and a remedy that is not. */
export function noteOf(text: string, remedy?: string): string {
  return withinBytes(text, remedy === undefined ? '' : ` ${remedy}`, maxNoteBytes);
}
