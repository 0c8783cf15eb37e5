import { type Claimant, standing } from './claim-order.ts';
import type { StaticIpRecord } from './records.ts';

/** Who wants to release, and what it remembers of its claim. */
export interface Releaser extends Claimant {
  /** undefined when the metadata service did not tell. */
  readonly instanceId: string | undefined;
  /** Epoch that the waiting process remembers since it saw the claim; undefined when it saw none. */
  readonly epoch: number | undefined;
}

/** What a release does with the record, the host and EC2. */
export type ReleaseDecision =
  /** Ours: to `releasing`, off the host, detach, `released`. */
  | { readonly kind: 'release' }
  /** An earlier release of ours was cut off and its Unassign may be in flight: the same under a new epoch, but never `released`. */
  | { readonly kind: 'takeOver' }
  /** EC2's part is done already: only host and files are left. */
  | { readonly kind: 'tidy' }
  /** A newer pod on another node owns it: it must not stay on this host. */
  | { readonly kind: 'hostOnly'; readonly why: string }
  | { readonly kind: 'nothing'; readonly why: string };

/** Decides by the record alone, never by a file. */
export function decideRelease(record: StaticIpRecord, me: Releaser): ReleaseDecision {
  const owner = record.owner;
  if (owner === undefined) return { kind: 'nothing', why: `nobody is recorded as the owner of ${record.ip}` };
  const who = `pod ${owner.podUid} on ${record.instanceId} (epoch ${owner.epoch}, ${owner.state})`;
  switch (standing(me, owner)) {
    case 'mine':
      if (me.epoch !== undefined && me.epoch !== owner.epoch && owner.state !== 'releasing') {
        return {
          kind: 'nothing',
          why: `a later claim of this same pod has it: ${who}, and ours was epoch ${me.epoch}`,
        };
      }
      if (owner.state === 'released') return { kind: 'tidy' };
      return { kind: owner.state === 'releasing' ? 'takeOver' : 'release' };
    case 'newer':
    case 'sameAge':
      return { kind: 'nothing', why: `it is another pod’s: ${who}` };
    case 'older':
      return elsewhere(record, me, who);
    default:
      return me.epoch !== undefined && owner.epoch > me.epoch
        ? elsewhere(record, me, who)
        : { kind: 'nothing', why: `it is another pod’s, and whether that is newer cannot be told: ${who}` };
  }
}

function elsewhere(record: StaticIpRecord, me: Releaser, who: string): ReleaseDecision {
  return me.instanceId !== undefined && record.instanceId !== me.instanceId
    ? { kind: 'hostOnly', why: `a newer pod owns it: ${who}` }
    : { kind: 'nothing', why: `a newer pod owns it on this node: ${who}` };
}
