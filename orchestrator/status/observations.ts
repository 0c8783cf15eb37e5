import type { StaticIpRecord } from '../../common/domain/records.ts';
import type { NetworkInterface } from '../../common/ports/addresses.ts';
import type { ServiceView } from '../records/service-view.ts';
import type { Observed, PodState } from './service-status.ts';

/** What of a StatefulSet or Deployment the status is made from. */
export interface Workload {
  readonly type: 'stateful' | 'stateless';
  /** `spec.replicas` */
  readonly desired: number;
  readonly ready: number;
  /** Of a StatefulSet. */
  readonly updateRevision: string | undefined;
  /** RFC 3339 */
  readonly createdAt: string | undefined;
  /** From its label `firecamp-serviceuuid`. */
  readonly serviceUuid: string | undefined;
  /** The count from before it was stopped; undefined while it is not. */
  readonly stoppedFrom: number | undefined;
  /** Its pods run with TESTMODE: they claim nothing, and there are no records. */
  readonly testMode: boolean;
  /** Of the main container. */
  readonly image: string | undefined;
}

/** An A record in Route 53: its values, or that the name leads elsewhere in another way. */
export type NameState = { readonly values: readonly string[] } | { readonly special: string };

/** Everything that was asked about one service, each source apart from the others. */
export interface Observations {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** undefined inside: there are none. */
  readonly records: Observed<ServiceView | undefined>;
  /** By IP; what is missing has no record. */
  readonly addresses: Observed<ReadonlyMap<string, StaticIpRecord>>;
  readonly workload: Observed<Workload | undefined>;
  readonly pods: Observed<readonly PodState[]>;
  /** By IP; what is missing has no holder. */
  readonly holders: Observed<ReadonlyMap<string, NetworkInterface>>;
  /** By name in lower case; what is missing has no A record. */
  readonly names: Observed<ReadonlyMap<string, NameState>>;
}

/** A part of what was observed; what could not be read stays so. */
export function mapObserved<T, U>(observed: Observed<T>, part: (value: T) => U): Observed<U> {
  return 'unknown' in observed ? observed : { value: part(observed.value) };
}

/** What was read; undefined where nothing could be. */
export function known<T>(observed: Observed<T>): T | undefined {
  return 'value' in observed ? observed.value : undefined;
}

/** Why a source was not asked that needs the records; their own reason stands once, at them. */
export const notAsked = 'not asked, as the records could not be read';
