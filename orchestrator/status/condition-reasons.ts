import type { Condition } from './service-status.ts';

interface Reason {
  readonly type: Exclude<Condition['type'], 'Ready'>;
  readonly status: Condition['status'];
  readonly meaning: string;
}

/**
 * Every reason of a member's conditions. `Ready` has the reason of the condition that it rests on, or `MemberReady`.
 * Once released a reason is a promise: scripts branch on it.
 */
export const conditionReasons = {
  PodReady: { type: 'PodReady', status: 'True', meaning: 'The pod is Ready.' },
  PodMissing: { type: 'PodReady', status: 'False', meaning: 'There is no pod of the member’s name.' },
  PodTerminating: { type: 'PodReady', status: 'False', meaning: 'The pod is being deleted.' },
  PodEnded: { type: 'PodReady', status: 'False', meaning: 'The pod has ended; its phase is Succeeded or Failed.' },
  PodUnscheduled: { type: 'PodReady', status: 'False', meaning: 'No node has been found for the pod.' },
  ContainerFailing: {
    type: 'PodReady',
    status: 'False',
    meaning: 'A container of the pod cannot start or keeps ending; the claim’s own error is in the message.',
  },
  PodStarting: { type: 'PodReady', status: 'False', meaning: 'Containers of the pod are being started.' },
  PodNotReady: { type: 'PodReady', status: 'False', meaning: 'The pod runs, and is not Ready.' },
  PodUnread: { type: 'PodReady', status: 'Unknown', meaning: 'Kubernetes could not be asked for the pods.' },
  Held: {
    type: 'AddressHeld',
    status: 'True',
    meaning: 'The record names the pod as owner, and EC2 has the address on the interface that the record names.',
  },
  AddressUnheld: { type: 'AddressHeld', status: 'False', meaning: 'No interface has the address.' },
  HolderMismatch: {
    type: 'AddressHeld',
    status: 'False',
    meaning: 'Another interface of the cluster has the address than the record names.',
  },
  HeldByStranger: {
    type: 'AddressHeld',
    status: 'False',
    meaning: 'An interface has the address that is not known to be the cluster’s; no claim takes it from there.',
  },
  HeldAsPrimary: {
    type: 'AddressHeld',
    status: 'False',
    meaning: 'The address is an interface’s primary one, which EC2 cannot move.',
  },
  AddressRecordMissing: {
    type: 'AddressHeld',
    status: 'False',
    meaning: 'There is no record of the member, or none of its address.',
  },
  AddressUnclaimed: { type: 'AddressHeld', status: 'False', meaning: 'No pod has claimed the address yet.' },
  Claiming: { type: 'AddressHeld', status: 'False', meaning: 'A pod is claiming the address.' },
  ClaimOverdue: {
    type: 'AddressHeld',
    status: 'False',
    meaning: 'The record has said `claiming` for more than two minutes.',
  },
  Releasing: { type: 'AddressHeld', status: 'False', meaning: 'The owner is giving the address up.' },
  ReleaseOverdue: {
    type: 'AddressHeld',
    status: 'False',
    meaning: 'The record has said `releasing` for more than two minutes; the next claim goes on from there.',
  },
  Released: { type: 'AddressHeld', status: 'False', meaning: 'The last owner gave the address up.' },
  ReleasedWhilePodRuns: {
    type: 'AddressHeld',
    status: 'False',
    meaning: 'The record says `released`, and the pod that it names is running.',
  },
  OwnerGone: { type: 'AddressHeld', status: 'False', meaning: 'The record’s owner is a pod that is gone.' },
  ClaimPending: {
    type: 'AddressHeld',
    status: 'False',
    meaning: 'The record names an older pod than the member’s, which has not claimed yet.',
  },
  PodSuperseded: {
    type: 'AddressHeld',
    status: 'False',
    meaning: 'The record names a newer pod than the one that Kubernetes shows.',
  },
  AddressRecordUnread: { type: 'AddressHeld', status: 'Unknown', meaning: 'The records could not be read.' },
  HolderUnread: { type: 'AddressHeld', status: 'Unknown', meaning: 'EC2 could not be asked who has the address.' },
  OwnerUnread: {
    type: 'AddressHeld',
    status: 'Unknown',
    meaning: 'Record and EC2 agree; whether the owner is the member’s pod could not be read.',
  },
  InSync: { type: 'DNSInSync', status: 'True', meaning: 'The name has the member’s address and no other.' },
  DNSMissing: { type: 'DNSInSync', status: 'False', meaning: 'The name has no A record.' },
  DNSMismatch: { type: 'DNSInSync', status: 'False', meaning: 'The name has another value than the member’s address.' },
  DNSAddressUnknown: {
    type: 'DNSInSync',
    status: 'False',
    meaning:
      'The member has no address that the name could have: its node’s, and it has no node; or its record is missing.',
  },
  DNSUnread: {
    type: 'DNSInSync',
    status: 'Unknown',
    meaning: 'Route 53 could not be asked, or the member’s address could not be read.',
  },
} as const satisfies Record<string, Reason>;

/** A reason of a condition. */
export type ConditionReason = keyof typeof conditionReasons;
