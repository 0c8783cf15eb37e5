import type { MemberEvent } from '../domain/member-event.ts';

/** Tells people what became of the member, where they look first: at its pod. */
export interface Events {
  /** Begins to tell. Nobody waits for it and nothing depends on it: what cannot be told is dropped. */
  tell(event: MemberEvent): void;
}
