import type { MemberStatus } from './service-status.ts';

/** What a link of a member's story is about. */
export type TraceKind =
  | 'service'
  | 'workload'
  | 'pod'
  | 'node'
  | 'record'
  | 'interface'
  | 'instance'
  | 'dns'
  | 'clusterDns';

/** A last change, as far as the source keeps it; EC2 and Route 53 keep none. */
export interface LastChange {
  /** RFC 3339 */
  readonly at: string;
  /** A field manager of Kubernetes, or a pod. */
  readonly by: string | undefined;
}

/** One thing of a member's story, in the order from service to DNS. */
export interface TraceLink {
  readonly kind: TraceKind;
  /** Its name or id; undefined when there is none. */
  readonly name: string | undefined;
  /** In words for a person, in order: label and value. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly lastChange: LastChange | undefined;
  /** Why nothing is known of it; undefined when it was read. */
  readonly unread: string | undefined;
}

/** An Event of Kubernetes about the member's pod. */
export interface TraceEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** RFC 3339; when it was seen last. */
  readonly at: string | undefined;
  readonly count: number;
}

/** The story of one member. */
export interface Trace {
  /** What was asked for: a pod, an address or a name. */
  readonly asked: string;
  readonly service: string;
  readonly namespace: string;
  readonly cluster: string;
  /** How it is, in words. */
  readonly summary: string;
  readonly member: MemberStatus;
  readonly links: readonly TraceLink[];
  /** Oldest first; of the pod that is there now, and of earlier ones of its name. */
  readonly events: readonly TraceEvent[];
  /** What could not be read and why, a line each. */
  readonly unread: readonly string[];
}
