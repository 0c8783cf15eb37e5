import type { MemberStatus, Observed, ServiceStatus } from '../../status/service-status.ts';
import { age } from './age.ts';
import { cutAlike } from './cut-alike.ts';
import { nothing, textTable, unknown } from './table.ts';

interface Column {
  readonly title: string;
  readonly cell: (member: MemberStatus, nowMs: number) => string;
}

const columns: readonly Column[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'READY', cell: (member) => ready(member) },
  { title: 'STATIC-IP', cell: ({ staticIp }) => staticIp ?? nothing },
  { title: 'HOLDER', cell: (member) => ofAddress(member, member.holder, (at) => at.instanceId ?? at.interfaceId) },
  { title: 'NODE', cell: ({ pod }) => shown(pod, ({ node }) => node) },
  { title: 'ZONE', cell: ({ zone }) => zone ?? unknown },
  { title: 'DNS', cell: (member) => dnsState(member) },
  { title: 'AGREES', cell: ({ agrees }) => (agrees === 'Unknown' ? unknown : agrees) },
  { title: 'AGE', cell: ({ pod }, nowMs) => shown(pod, ({ createdAt }) => age(createdAt, nowMs)) },
];

const wideColumns: readonly Column[] = [
  { title: 'EPOCH', cell: (member) => ofAddress(member, member.record, ({ epoch }) => epoch?.toString()) },
  { title: 'ENI', cell: (member) => ofAddress(member, member.holder, ({ interfaceId }) => interfaceId) },
  { title: 'OWNER-UID', cell: (member) => ofAddress(member, member.record, ({ ownerPodUid }) => ownerPodUid) },
  { title: 'RECORD', cell: (member) => ofAddress(member, member.record, ({ state }) => state) },
  { title: 'DNS-VALUE', cell: (member) => dnsValue(member) },
  { title: 'LAST-CLAIM', cell: lastClaim },
  { title: 'TOOK', cell: (member) => ofAddress(member, member.record, ({ claimMillis }) => took(claimMillis)) },
  { title: 'RESTARTS', cell: ({ pod }) => shown(pod, ({ restarts }) => String(restarts)) },
  { title: 'REVISION', cell: ({ pod }) => shown(pod, ({ revision }) => revision) },
  { title: 'IMAGE', cell: ({ pod }) => shown(pod, ({ image }) => image) },
];

/** `status` for a person: the state in words, a line a member, and below what is wrong with them and what could not be read. */
export function statusText(status: ServiceStatus, wide: boolean, nowMs: number): string {
  const chosen = wide ? [...columns, ...wideColumns] : columns;
  const rows = status.members.map((member) => chosen.map(({ cell }) => cell(member, nowMs)));
  const titles = chosen.map(({ title }) => title);
  const below = [...troubleLines(status.members), ...reasons(status)];
  return [
    `${status.summary}\n`,
    status.members.length === 0 ? '' : `\n${textTable(titles, rows)}`,
    below.length === 0 ? '' : `\n${below.map((line) => `${line}\n`).join('')}`,
  ].join('');
}

function shown<T>(observed: Observed<T | undefined>, cell: (value: T) => string | undefined): string {
  if ('unknown' in observed) return unknown;
  return observed.value === undefined ? nothing : (cell(observed.value) ?? nothing);
}

/** A member without a static IP has no holder and no address record. */
function ofAddress<T>(
  { staticIp }: MemberStatus,
  observed: Observed<T | undefined>,
  cell: (value: T) => string | undefined,
): string {
  return staticIp === undefined && !('unknown' in observed) ? nothing : shown(observed, cell);
}

/** A member beyond the service's count has no pod, and is kept for a later scale-up. */
function ready({ wanted, pod }: MemberStatus): string {
  return !wanted && 'value' in pod && pod.value === undefined ? 'Kept' : shown(pod, (value) => readiness(value));
}

function readiness({ ready, terminating, phase }: { ready: boolean; terminating: boolean; phase: string }): string {
  if (terminating) return 'Terminating';
  return ready ? 'True' : phase === 'Running' ? 'False' : phase;
}

function dnsState(member: MemberStatus): string {
  const { dnsName, conditions } = member;
  if (dnsName === undefined) return nothing;
  const condition = conditions.find(({ type }) => type === 'DNSInSync');
  if (condition === undefined) return dnsWithoutCondition(member);
  if (condition.status === 'Unknown') return unknown;
  return condition.status === 'True' ? 'InSync' : condition.reason;
}

/** A member beyond the service's count has no conditions, and its name stays with its address. */
function dnsWithoutCondition({ dns, staticIp }: MemberStatus): string {
  return shown(dns, (values) => {
    if (values.length === 0) return undefined;
    if (staticIp === undefined) return 'Kept';
    return values.join() === staticIp ? 'InSync' : 'DNSMismatch';
  });
}

function dnsValue({ dnsName, dns }: MemberStatus): string {
  if (dnsName === undefined) return nothing;
  return shown(dns, (values) => values.join(',') || undefined);
}

function lastClaim(member: MemberStatus, nowMs: number): string {
  return ofAddress(member, member.record, ({ changedAt }) =>
    changedAt === undefined ? undefined : age(changedAt, nowMs),
  );
}

function took(millis: number | undefined): string | undefined {
  if (millis === undefined) return undefined;
  return millis < 1000 ? `${millis}ms` : `${(millis / 1000).toFixed(1)}s`;
}

interface Trouble {
  readonly line: string;
  /** The condition and its reason, which many members may have in common. */
  readonly common: string | undefined;
}

function troubleLines(members: readonly MemberStatus[]): string[] {
  return cutAlike(
    members.flatMap(troubles),
    ({ common }) => common,
    ({ line }) => line,
    (count, { common }) => `and ${count} more members: ${common}; all are shown with -o json`,
  );
}

/** A line for each condition that is not True, and for each container with trouble of a pod that is Ready all the same. */
function troubles(member: MemberStatus): Trouble[] {
  const conditions = member.conditions.filter(({ status, type }) => status === 'False' && type !== 'Ready');
  const all = 'value' in member.pod ? (member.pod.value?.trouble ?? []) : [];
  // Where the pod is not Ready, its condition has all of it.
  const containers = conditions.some(({ type }) => type === 'PodReady') ? [] : all;
  return [
    ...conditions.map(({ type, reason, message }) => {
      const common = `${type} is False (${reason})`;
      return { line: `${member.name}: ${common}: ${message}`, common };
    }),
    ...containers.map((line) => ({ line: `${member.name}: ${line}`, common: undefined })),
  ];
}

/** Why what is `<unknown>` is. */
function reasons({ members, unread }: ServiceStatus): string[] {
  const ofMembers = members.flatMap(({ name, pod, record, holder, dns }) =>
    Object.entries({ pod, record, holder, dns }).flatMap(([what, observed]) =>
      'unknown' in observed ? [`${name}: ${what} ${unknown}: ${observed.unknown}`] : [],
    ),
  );
  // A source that failed as a whole is told once.
  const single = ofMembers.filter((line) => !unread.some((reason) => line.endsWith(reason)));
  return [...unread.map((reason) => `${unknown}: ${reason}`), ...single];
}
