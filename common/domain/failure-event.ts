import type { auditErrors } from './audit-errors.ts';
import type { checkErrors } from './check-errors.ts';
import type { ErrorCode } from './error-catalogue.ts';
import { asFirecampError, FirecampError } from './errors.ts';
import { type EventAction, type EventReason, eventReasons } from './event-reasons.ts';
import { type MemberEvent, noteOf } from './member-event.ts';
import type { serviceErrors } from './service-errors.ts';

/** What only the command line ends with. */
type CommandLineCode =
  | keyof typeof serviceErrors
  | keyof typeof checkErrors
  | keyof typeof auditErrors
  | 'FC-CFG-002'
  | 'FC-K8S-003'
  | 'FC-K8S-004';

/** What the programs of a member can end with. */
export type MemberErrorCode = Exclude<ErrorCode, CommandLineCode>;

/** `action`: no reason of its own, that of what was attempted is told. `none`: the pod's end is no news, and kubelet tells it. */
type FailureReason = EventReason | 'action' | 'none';

/** The reason of the Event for each error of a member's programs. */
export const failureReasons: Readonly<Record<MemberErrorCode, FailureReason>> = {
  'FC-CFG-001': 'action',
  'FC-REC-001': 'action',
  'FC-REC-002': 'action',
  'FC-REC-003': 'action',
  'FC-REC-004': 'action',
  'FC-REC-005': 'action',
  'FC-REC-006': 'action',
  'FC-REC-007': 'action',
  'FC-REC-008': 'action',
  'FC-CLM-001': 'ClaimRaceLost',
  'FC-CLM-002': 'ClaimRaceLost',
  'FC-CLM-003': 'action',
  'FC-CLM-004': 'none',
  'FC-CLM-005': 'none',
  'FC-CLM-006': 'action',
  'FC-CLM-007': 'action',
  'FC-ENI-001': 'AddressHeldByStranger',
  'FC-ENI-002': 'AddressHeldAsPrimary',
  'FC-ENI-003': 'NodeOutsideSubnet',
  'FC-ENI-004': 'InterfaceAddressLimitReached',
  'FC-ENI-005': 'InterfaceManagedByVPCCNI',
  'FC-ENI-006': 'action',
  'FC-AWS-001': 'MissingIAMPermissions',
  'FC-AWS-002': 'action',
  'FC-AWS-003': 'action',
  'FC-AWS-004': 'action',
  'FC-AWS-005': 'MissingIAMPermissions',
  'FC-AWS-006': 'action',
  'FC-AWS-007': 'action',
  'FC-K8S-001': 'action',
  'FC-K8S-002': 'action',
  'FC-DNS-001': 'DNSNotInSync',
  'FC-DNS-002': 'DNSNotInSync',
  'FC-HST-001': 'action',
  'FC-FIL-001': 'action',
  'FC-FIL-002': 'action',
  'FC-REL-001': 'ReleaseIncomplete',
  'FC-INT-001': 'action',
};

/** What an action that failed for no reason of its own is told as. */
export const actionReasons = {
  ClaimStaticIP: 'ClaimFailed',
  ReleaseStaticIP: 'ReleaseIncomplete',
  UpdateDNS: 'DNSNotInSync',
} as const satisfies Record<EventAction, EventReason>;

/** The Event for an action that failed; undefined where there is nothing to tell. */
export function failureEvent(action: EventAction, failure: unknown): MemberEvent | undefined {
  const error = asFirecampError(failure);
  const reason = reasonOf(action, error);
  if (reason === undefined) return undefined;
  const note = noteOf(`${error.code}: ${error.message}`, error.remedy);
  // Not the message: AWS puts a request's id into it, and the same failure would be another one at each try.
  return { action, reason, note, subject: JSON.stringify([error.code, error.fields]) };
}

function reasonOf(action: EventAction, error: FirecampError): EventReason | undefined {
  const own = tableEntry(error.code);
  if (own === 'none') return undefined;
  // A record store that is DynamoDB wraps what AWS said.
  const below = own === 'action' && error.cause instanceof FirecampError ? tableEntry(error.cause.code) : own;
  const reason = below === 'none' || below === 'action' ? actionReasons[action] : below;
  const actions: readonly EventAction[] = eventReasons[reason].actions;
  return actions.includes(action) ? reason : actionReasons[action];
}

function tableEntry(code: ErrorCode): FailureReason {
  return code in failureReasons ? failureReasons[code as MemberErrorCode] : 'action';
}
