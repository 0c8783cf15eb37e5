/** What was attempted, as the field `action` of an Event says it. */
export const eventActions = {
  ClaimStaticIP: 'the init container claims the member for this pod',
  ReleaseStaticIP: 'the stop container decides about the address at its end',
  UpdateDNS: 'the init container looks at the member’s DNS name and mends it',
} as const;

/** One of the documented actions. */
export type EventAction = keyof typeof eventActions;

/** What the documentation says of one reason. */
interface EventReasonEntry {
  readonly type: 'Normal' | 'Warning';
  readonly actions: readonly EventAction[];
  readonly meaning: string;
}

const everyAction = ['ClaimStaticIP', 'ReleaseStaticIP', 'UpdateDNS'] as const;

/** Every reason of an Event about a member's pod. They are a promise: alerts name them. */
export const eventReasons = {
  StaticIPClaimed: {
    type: 'Normal',
    actions: ['ClaimStaticIP'],
    meaning: 'The member’s address is this pod’s, in the record, in EC2 and on the host.',
  },
  StaticIPTakenOver: {
    type: 'Normal',
    actions: ['ClaimStaticIP'],
    meaning:
      'The same, and the record named another pod, which had not released it: its node died, or it was deleted by force.',
  },
  StaticIPReleased: {
    type: 'Normal',
    actions: ['ReleaseStaticIP'],
    meaning:
      'The pod is over and has given the address up. With `DETACH_POLICY=keep` it stays on the interface in EC2.',
  },
  StaticIPKept: {
    type: 'Normal',
    actions: ['ReleaseStaticIP'],
    meaning: 'The stop container ended and released nothing: the pod lives on, or the address is another pod’s by now.',
  },
  DNSUpdated: {
    type: 'Normal',
    actions: ['UpdateDNS'],
    meaning: 'The member’s record in Route 53 had another value and was changed.',
  },
  ClaimRaceLost: {
    type: 'Warning',
    actions: ['ClaimStaticIP'],
    meaning: 'Another pod has the member: it was faster, or it is newer than this one.',
  },
  AddressHeldByStranger: {
    type: 'Warning',
    actions: ['ClaimStaticIP'],
    meaning: 'An interface that is not known to be this cluster’s has the address.',
  },
  AddressHeldAsPrimary: {
    type: 'Warning',
    actions: ['ClaimStaticIP'],
    meaning: 'The address is the primary one of an interface, and cannot move.',
  },
  NodeOutsideSubnet: {
    type: 'Warning',
    actions: ['ClaimStaticIP'],
    meaning: 'The node has no interface in the member’s subnet.',
  },
  InterfaceAddressLimitReached: {
    type: 'Warning',
    actions: ['ClaimStaticIP'],
    meaning: 'The instance type allows the interface no further address.',
  },
  InterfaceManagedByVPCCNI: {
    type: 'Warning',
    actions: ['ClaimStaticIP'],
    meaning: 'The Amazon VPC CNI manages every interface of the node that is in the subnet.',
  },
  MissingIAMPermissions: {
    type: 'Warning',
    actions: everyAction,
    meaning: 'AWS refused a request, or there are no credentials to send one with.',
  },
  DNSNotInSync: {
    type: 'Warning',
    actions: ['UpdateDNS'],
    meaning:
      'The member’s name is not known to be right. A member with a static IP starts all the same, one without does not.',
  },
  ReleaseIncomplete: {
    type: 'Warning',
    actions: ['ReleaseStaticIP'],
    meaning:
      'The address is not known to be given up, or whether the pod is over could not be told. The next claim moves it anyway.',
  },
  ClaimFailed: {
    type: 'Warning',
    actions: ['ClaimStaticIP'],
    meaning: 'The claim ended with an error that has no reason of its own; kubelet runs it again.',
  },
} as const satisfies Record<string, EventReasonEntry>;

/** One of the documented reasons. */
export type EventReason = keyof typeof eventReasons;
