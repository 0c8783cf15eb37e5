import { type CatalogueEntry, exitCodes } from './exit-codes.ts';

const exitCode = exitCodes.negativeFinding;

/** What `firecamp audit` can find that no operation ends with; part of the one catalogue. */
export const auditErrors = {
  'FC-AUD-001': {
    name: 'HolderMismatch',
    exitCode,
    remedy: 'Restart the member named above: its claim moves the address to where its record says.',
  },
  'FC-AUD-002': {
    name: 'AddressUnheld',
    exitCode,
    remedy: 'Restart the member named above: its claim assigns the address again.',
  },
  'FC-AUD-003': {
    name: 'HeldWithoutOwner',
    exitCode,
    remedy: 'Nothing at once: the member’s next claim moves the address, and giving the member up detaches it.',
  },
  'FC-AUD-004': {
    name: 'MemberRecordMissing',
    exitCode,
    remedy:
      'Run `firecamp apply` or `firecamp scale` with what the service should be: it makes the records that are missing.',
  },
  'FC-AUD-005': {
    name: 'ClaimUnfinished',
    exitCode,
    remedy: 'See why the claim stands still in the pod’s Events and log; delete the pod to have it claimed anew.',
  },
  'FC-AUD-006': {
    name: 'ReleaseUnfinished',
    exitCode,
    remedy: 'Nothing where a pod is to come: its claim goes on from there. Else see the stop container’s log.',
  },
  'FC-AUD-007': {
    name: 'PodUnclaimed',
    exitCode,
    remedy: 'See the claim’s own error in the pod’s Events and the log of its container memberinit-….',
  },
  'FC-AUD-008': {
    name: 'ReleasedWhilePodRuns',
    exitCode,
    remedy: 'Restart the member named above: it claims its address again.',
  },
  'FC-AUD-009': {
    name: 'OwnerGone',
    exitCode,
    remedy: 'Find out why the member has no pod; its next pod claims the address, wherever it runs.',
  },
  'FC-AUD-010': {
    name: 'PodSuperseded',
    exitCode,
    remedy:
      'Look whether a second pod of the member runs on a node that the API server does not reach, and end the older one.',
  },
  'FC-AUD-011': {
    name: 'NameMissing',
    exitCode,
    remedy:
      'Restart the member named above where its name follows its node; else run `firecamp apply` for the service.',
  },
  'FC-AUD-012': {
    name: 'NameMismatch',
    exitCode,
    remedy: 'Find out who changed the name in Route 53, and give it the address that is expected.',
  },
  'FC-AUD-013': {
    name: 'ServiceRecordsMissing',
    exitCode,
    remedy: 'Check cluster and DB type; where they are right, create the service again or delete its objects.',
  },
  'FC-AUD-014': {
    name: 'ServiceRecordsPartial',
    exitCode,
    remedy: 'Run `firecamp create` or `firecamp delete` again: it goes on from what is there.',
  },
  'FC-AUD-015': {
    name: 'WorkloadMissing',
    exitCode,
    remedy: 'Run `firecamp create` again to have the objects made, or `firecamp delete` to take the records away.',
  },
  'FC-AUD-016': {
    name: 'CountsDiffer',
    exitCode,
    remedy: 'Run `firecamp scale` with the number of members that there should be.',
  },
  'FC-AUD-017': {
    name: 'ServiceUnfinished',
    exitCode,
    remedy: 'Run `firecamp create` or `firecamp delete` again if nobody is at it: it goes on from what is there.',
  },
  'FC-AUD-018': {
    name: 'AddressOrphaned',
    exitCode,
    remedy:
      'Make sure that nothing uses the address, then take it off the interface: aws ec2 unassign-private-ip-addresses.',
  },
  'FC-AUD-019': {
    name: 'AddressRecordOrphaned',
    exitCode,
    remedy: 'Make sure that no member is to have the address; a record without a member keeps it from every other.',
  },
  'FC-AUD-020': {
    name: 'LayerUnread',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'See why it could not be read; run it again when it can.',
  },
} as const satisfies Record<string, CatalogueEntry>;
