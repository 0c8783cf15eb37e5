import { memberName } from '../manifests/names.ts';
import type { ServiceView } from '../records/service-view.ts';
import type { MemberFacts } from './member-facts.ts';
import { known, mapObserved, type Observations } from './observations.ts';
import type { Observed, PodState } from './service-status.ts';

/** The pods of a stateless service stand for members, in their names' order. */
export function podsAsMembers(seen: Observations): MemberFacts[] {
  const pods = known(seen.pods) ?? [];
  return pods
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map((pod, ordinal) => ({ ...withoutRecords(seen), name: pod.name, ordinal, wanted: true, pod: { value: pod } }));
}

/** Members by ordinal: those that there should be, those that have a record, and those that have a pod. */
export function membersOf(seen: Observations, desired: number): MemberFacts[] {
  const view = known(seen.records);
  const pods = known(seen.pods) ?? [];
  const podOrdinals = pods.flatMap((pod) => ordinalOf(seen.name, pod.name) ?? []);
  const wanted = Array.from({ length: desired }, (_none, ordinal) => ordinal);
  const ordinals = [...new Set([...wanted, ...(view?.members.keys() ?? []), ...podOrdinals])];
  const podByName = new Map(pods.map((pod) => [pod.name, pod]));
  return ordinals
    .toSorted((one, other) => one - other)
    .map((ordinal) => memberFacts(seen, podByName, ordinal, ordinal < desired));
}

/** The ordinal in a member's name; undefined when the name is no `<service>-<ordinal>`. */
export function ordinalOf(service: string, name: string): number | undefined {
  const ordinal = name.startsWith(`${service}-`) ? name.slice(service.length + 1) : '';
  return /^(0|[1-9]\d*)$/.test(ordinal) ? Number(ordinal) : undefined;
}

/** The member's name in Route 53; undefined when it has none. */
export function dnsNameOf(view: ServiceView | undefined, member: string): string | undefined {
  const attr = view?.attr?.record;
  return attr?.registerDns && attr.domainName !== '' ? `${member}.${attr.domainName}`.toLowerCase() : undefined;
}

/** Pods with TESTMODE claim nothing and change no name. */
export function isTestMode(view: ServiceView | undefined): boolean {
  return view?.attr?.record.definition?.['testMode'] === true;
}

function memberFacts(
  seen: Observations,
  pods: ReadonlyMap<string, PodState>,
  ordinal: number,
  wanted: boolean,
): MemberFacts {
  const name = memberName(seen.name, ordinal);
  const base = { ...withoutRecords(seen), name, ordinal, wanted, pod: mapObserved(seen.pods, () => pods.get(name)) };
  if ('unknown' in seen.records) return { ...base, ...unreadRecords(seen.records) };
  const view = seen.records.value;
  const claims = !isTestMode(view) && !known(seen.workload)?.testMode;
  if (view === undefined) return { ...base, hasAddress: { value: claims } };
  const member = view.members.get(ordinal)?.record;
  const staticIp = member?.staticIp === '' ? undefined : member?.staticIp;
  const dnsName = dnsNameOf(view, name);
  return {
    ...base,
    zone: member?.zone,
    staticIp,
    dnsName,
    hasAddress: { value: claims && (view.attr?.record.requireStaticIp ?? staticIp !== undefined) },
    hasName: { value: claims && dnsName !== undefined },
    record: mapObserved(seen.addresses, (records) => (staticIp === undefined ? undefined : records.get(staticIp))),
    holder: mapObserved(seen.holders, (holders) => (staticIp === undefined ? undefined : holders.get(staticIp))),
    dns: mapObserved(seen.names, (names) => (dnsName === undefined ? none : (names.get(dnsName) ?? none))),
  };
}

const none = { values: [] };

function withoutRecords({ cluster, at }: Observations): Omit<MemberFacts, 'name' | 'ordinal' | 'wanted' | 'pod'> {
  const no = { value: false };
  const nothing = { value: undefined };
  return {
    ...{ zone: undefined, staticIp: undefined, dnsName: undefined, cluster, at },
    ...{ hasAddress: no, hasName: no, record: nothing, holder: nothing, dns: { value: none } },
  };
}

/** Without the records nothing is known of a member but its pod, not even whether it has an address. */
function unreadRecords(unread: { readonly unknown: string }): Partial<MemberFacts> {
  const because: Observed<never> = { unknown: unread.unknown };
  return { hasAddress: because, hasName: because, record: because, holder: because, dns: because };
}
