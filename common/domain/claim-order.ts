import type { AddressOwner } from './records.ts';

/** The pod that wants the address. */
export interface Claimant {
  readonly podUid: string;
  /** RFC 3339; undefined when the API server did not tell. */
  readonly podCreatedAt: string | undefined;
}

/**
 * Where a claimant stands against the recorded owner. A pod of a member is only ever replaced by a newer one of the
 * same name, so age orders them; the older pod never wins.
 */
export type Standing =
  /** The record names this very pod, or nobody. */
  | 'mine'
  | 'unowned'
  | 'newer'
  /** Created in the same second: only Kubernetes, asked again, can tell which of the two is left. */
  | 'sameAge'
  | 'older'
  /** The record names another pod and our age is not known. */
  | 'unknown';

/** Compares a claimant with the owner that the record names. */
export function standing(me: Claimant, owner: AddressOwner | undefined): Standing {
  if (owner === undefined) return 'unowned';
  if (owner.podUid === me.podUid) return 'mine';
  if (me.podCreatedAt === undefined) return 'unknown';
  const difference = Date.parse(me.podCreatedAt) - Date.parse(owner.podCreatedAt);
  if (Number.isNaN(difference)) return 'unknown';
  return difference > 0 ? 'newer' : difference < 0 ? 'older' : 'sameAge';
}
