/** A condition in the form of Kubernetes (metav1.Condition). */
export interface Condition {
  readonly type: 'Ready' | 'AddressHeld' | 'DNSInSync' | 'PodReady';
  /** `Unknown` when what it rests on could not be read. */
  readonly status: 'True' | 'False' | 'Unknown';
  /** CamelCase, stable: scripts branch on it. */
  readonly reason: string;
  readonly message: string;
  /** RFC 3339; when the fact that it rests on changed last, where that is known. */
  readonly lastTransitionTime: string | undefined;
}

/** A value that was read, or why it could not be. */
export type Observed<T> = { readonly value: T } | { readonly unknown: string };

/** The pod of a member, as Kubernetes has it. */
export interface PodState {
  readonly name: string;
  readonly uid: string;
  readonly node: string | undefined;
  /** The node's address; what a name without a static IP leads to. */
  readonly hostIp: string | undefined;
  readonly phase: string;
  readonly ready: boolean;
  /** RFC 3339; when `ready` became what it is. */
  readonly readySince: string | undefined;
  readonly terminating: boolean;
  readonly restarts: number;
  /** RFC 3339 */
  readonly createdAt: string;
  /** Label controller-revision-hash. */
  readonly revision: string | undefined;
  /** Image of the main container. */
  readonly image: string | undefined;
  /** Why it does not run, from the states of its containers: `memberinit-redis: FC-ENI-001 …`. */
  readonly trouble: readonly string[];
  /** The last Warning Event about it, while it is not Ready; what mounts, probes and image pulls stand at. */
  readonly lastWarning: string | undefined;
}

/** What the address record says. */
export interface RecordState {
  readonly state: 'unclaimed' | 'claiming' | 'owned' | 'releasing' | 'released';
  readonly epoch: number | undefined;
  readonly ownerPodUid: string | undefined;
  readonly instanceId: string | undefined;
  readonly interfaceId: string | undefined;
  /** RFC 3339; when its state was written last. */
  readonly changedAt: string | undefined;
  /** Milliseconds that the last claim took, all phases. */
  readonly claimMillis: number | undefined;
}

/** Who holds the address in EC2. */
export interface HolderState {
  readonly interfaceId: string;
  readonly instanceId: string | undefined;
}

/** A member, from all that was asked about it. */
export interface MemberStatus {
  readonly name: string;
  readonly ordinal: number;
  /** false: beyond the service's count, kept for a later scale-up or start. It has no conditions; of `agrees` it has its own. */
  readonly wanted: boolean;
  readonly zone: string | undefined;
  /** undefined inside: there is no pod. */
  readonly pod: Observed<PodState | undefined>;
  readonly staticIp: string | undefined;
  readonly record: Observed<RecordState | undefined>;
  /** undefined inside: nobody holds it. */
  readonly holder: Observed<HolderState | undefined>;
  readonly dnsName: string | undefined;
  /** The record's values in Route 53, read from there. */
  readonly dns: Observed<readonly string[]>;
  /** Ready, AddressHeld, DNSInSync, PodReady, those that the member's kind has. */
  readonly conditions: readonly Condition[];
  /** Whether record, EC2, DNS and Kubernetes name one owner; Unknown when one of them could not be read. */
  readonly agrees: 'True' | 'False' | 'Unknown';
}

/** A service and its members. */
export interface ServiceStatus {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly uuid: string | undefined;
  /** `CREATING` … of the record; undefined when it could not be read or there is none. */
  readonly recordStatus: string | undefined;
  readonly type: 'stateful' | 'stateless';
  /** Ready pods, FireCamp's `running`. */
  readonly running: number;
  readonly desired: number;
  /** Set while the service is stopped: the count that `start` goes back to. */
  readonly stoppedFrom: number | undefined;
  /** The StatefulSet's updateRevision. */
  readonly updateRevision: string | undefined;
  /** One line in words: `Healthy: 3 of 3 members` or `Degraded: redis-1 held by i-0ab, record says i-0cd`. */
  readonly summary: string;
  /** Healthy: every condition True. Never `true` when anything could not be read. */
  readonly healthy: boolean;
  readonly members: readonly MemberStatus[];
  /** What could not be read and why, a line each. */
  readonly unread: readonly string[];
  /** RFC 3339 */
  readonly createdAt: string | undefined;
}

/** A line of `firecamp list`. */
export interface ServiceSummary {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly type: 'stateful' | 'stateless';
  readonly running: number;
  readonly desired: number;
  /** As in `ServiceStatus`. */
  readonly stoppedFrom: number | undefined;
  readonly recordStatus: string | undefined;
  readonly image: string | undefined;
  readonly createdAt: string | undefined;
}
