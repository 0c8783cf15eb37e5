import type { Layer } from '../status/layer.ts';
import type { FindingCode } from './finding-table.ts';

/**
 * `wrong`: layers that are settled say different things. `pending`: they do so because something is under way, and has been for no longer
 * than it takes. `unknown`: a layer could not be read, which says nothing about the member.
 */
export type FindingKind = 'wrong' | 'pending' | 'unknown';

/** What would make layers agree again without anybody’s decision. */
export type MendAct = 'AssignToRecordedInterface' | 'ChangeName';

/** Why nothing may be changed by itself. */
export type LeaveReason =
  | 'Unknown'
  | 'MidClaim'
  | 'NoLivingPod'
  | 'NotOurs'
  | 'Unsettled'
  | 'Unconfirmed'
  | 'NeedsDecision';

/** Whether the guard may mend it, with the reason in words. */
export type Mend =
  | { readonly may: true; readonly act: MendAct; readonly why: string }
  | { readonly may: false; readonly because: LeaveReason; readonly why: string };

/** Since when it is so; `seen`: no layer tells, so this is when it was looked at. */
export interface Since {
  readonly at: string;
  readonly from: 'record' | 'pod' | 'seen';
}

/** One disagreement, or one layer that could not be compared. */
export interface MemberFinding {
  readonly code: FindingCode;
  /** Name of the code, for people and conditions. */
  readonly name: string;
  readonly kind: FindingKind;
  /** The layer that stands out. */
  readonly layer: Layer;
  /** The member’s name; undefined where it is about no single one. */
  readonly member: string | undefined;
  /** The address or name that it is about. */
  readonly subject: string | undefined;
  readonly found: string;
  readonly expected: string;
  /** How that can come about. */
  readonly cause: string;
  readonly since: Since;
  readonly mend: Mend;
  /** What a person can do. */
  readonly remedy: string;
  /** The page of the code, from the root of the repository. */
  readonly page: string;
}

/** A finding and where it belongs; without a service it is about the cluster’s ranges. */
export interface Finding extends MemberFinding {
  readonly namespace: string;
  readonly service: string | undefined;
}
