import { errorCatalogue } from '../../common/domain/error-catalogue.ts';
import type { LeaveReason, MemberFinding, Mend, Since } from './finding.ts';
import { type FindingCode, findingEntry } from './finding-table.ts';

/** What is different from finding to finding; `expected` and `layer` come from the table where they are left out. */
export interface FindingParts {
  readonly kind?: MemberFinding['kind'];
  readonly layer?: MemberFinding['layer'];
  readonly member?: string | undefined;
  readonly subject?: string | undefined;
  readonly found: string;
  readonly expected?: string;
  readonly since: Since;
  readonly mend: Mend;
}

/** A finding with everything that its code says of it; `wrong` unless told otherwise. */
export function makeFinding(code: FindingCode, parts: FindingParts): MemberFinding {
  const { layer, expected, cause } = findingEntry(code);
  const { name, remedy } = errorCatalogue[code];
  const { found, since, mend, member, subject } = parts;
  return {
    code,
    name,
    kind: parts.kind ?? 'wrong',
    layer: parts.layer ?? layer,
    member,
    subject,
    found,
    expected: parts.expected ?? expected,
    cause,
    since,
    mend,
    remedy,
    page: `docs/reference/codes/${code}.md`,
  };
}

const reasons: Readonly<Record<LeaveReason, string>> = {
  Unknown: 'nothing is changed while something that it rests on could not be read',
  MidClaim:
    'a claim or release is under way or was cut off: requests of it may still take effect, and the next claim goes on from there',
  NoLivingPod: 'no living pod owns the address: the next claim moves it, and giving the member up detaches it',
  NotOurs: 'it is not known to be this cluster’s, and a stranger’s is never taken',
  Unsettled: 'the service is being created or deleted',
  Unconfirmed: 'only the second of two looks showed it: something has just changed, or is changing',
  NeedsDecision: 'which side is right only a person can tell',
};

/** It must be left alone. */
export function leave(because: LeaveReason): Mend {
  return { may: false, because, why: reasons[because] };
}

/** When it was looked at, for what no layer knows the time of. */
export function seenAt(at: number): Since {
  return { at: new Date(at).toISOString(), from: 'seen' };
}
