import { type ReservationOwner, reservationTags } from '../../common/domain/reservation-tags.ts';
import type { AddressReservation } from '../../common/ports/subnets.ts';

/** Whom a reservation is kept for, for a person: `this cluster`, or what keeps it from being that. */
export function whoseReservation({ kind, tags }: AddressReservation, owner: ReservationOwner): string {
  const wanted = Object.entries(reservationTags(owner));
  if (kind === 'prefix') return 'of type prefix, which members do not use';
  if (wanted.every(([key]) => tags[key] === undefined)) return 'without a tag of firecamp';
  const different = wanted.filter(([key, value]) => tags[key] !== value);
  if (different.length === 0) return 'this cluster';
  return `of another: ${different.map(([key]) => (tags[key] === undefined ? `without ${key}` : `${key}=${tags[key]}`)).join(', ')}`;
}
