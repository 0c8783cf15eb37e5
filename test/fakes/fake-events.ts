import type { MemberEvent } from '../../common/domain/member-event.ts';
import type { Events } from '../../common/ports/events.ts';

/** Keeps what is told. */
export class FakeEvents implements Events {
  readonly told: MemberEvent[] = [];

  tell(event: MemberEvent): void {
    this.told.push(event);
  }
}
