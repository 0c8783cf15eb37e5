import type { StaticIpRecord } from '../../common/domain/records.ts';
import type { NetworkInterface } from '../../common/ports/addresses.ts';
import type { NameState } from './observations.ts';
import type { Observed, PodState } from './service-status.ts';

/** What is known of one member, from every source. */
export interface MemberFacts {
  readonly name: string;
  readonly ordinal: number;
  readonly wanted: boolean;
  readonly zone: string | undefined;
  /** Whether members of this service have a static IP; Unknown while the records are. */
  readonly hasAddress: Observed<boolean>;
  /** Whether members of this service have a name in Route 53. */
  readonly hasName: Observed<boolean>;
  readonly staticIp: string | undefined;
  readonly dnsName: string | undefined;
  readonly record: Observed<StaticIpRecord | undefined>;
  readonly pod: Observed<PodState | undefined>;
  readonly holder: Observed<NetworkInterface | undefined>;
  readonly dns: Observed<NameState>;
  readonly cluster: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Whether members have it, as far as it is known: what may be so is looked at. */
export function mayHave(observed: Observed<boolean>): boolean {
  return 'unknown' in observed || observed.value;
}

/** The values that the name may have; `special` is none that is ours. */
export function valuesOf(name: NameState): readonly string[] {
  return 'special' in name ? [name.special] : name.values;
}

/** Whether the name has this address and no other. */
export function leadsTo(name: NameState, ip: string): boolean {
  return 'values' in name && name.values.length === 1 && name.values[0] === ip;
}

/** Whether the pod runs or will: a pod that is being deleted, or has ended, has its release under way or behind it. */
export function isLiving({ terminating, phase }: PodState): boolean {
  return !terminating && phase !== 'Succeeded' && phase !== 'Failed';
}
