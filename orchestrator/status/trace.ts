import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject, ObjectRef } from '../../common/ports/kube-objects.ts';
import { together } from '../../common/runtime/together.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import { assess } from './assess.ts';
import { isGone, serviceNotFound } from './get-service-status.ts';
import { known, type Observations } from './observations.ts';
import { type ObserveOptions, observe } from './observe.ts';
import { podEvents } from './pod-events.ts';
import { defaultRequestTimeoutMs, type Reading, readSource } from './read-source.ts';
import { isOwnDomain, type NamedMember, resolveMember } from './resolve-member.ts';
import type { MemberStatus, Observed, ServiceStatus } from './service-status.ts';
import { type TraceReads, traceLinks } from './trace-links.ts';
import type { Trace, TraceEvent } from './trace-model.ts';

type Tracing = Pick<Operation, 'ports' | 'settings' | 'signal'>;

/**
 * The story of one member: its service, pod, node, record, interface, instance and names, with the last change of each where its source
 * keeps it, and the Events of its pod. What could not be read is in it as such.
 *
 * @param asked the pod's name, the static IP, or a DNS name of the member
 * @throws FirecampError FC-SVC-002 when no member has it; FC-REC-005 and others when the records could not be read and nothing else
 * tells of the member
 */
export async function trace(operation: Tracing, asked: string, options: ObserveOptions = {}): Promise<Trace> {
  const named = await resolveMember(operation, asked);
  const { seen } = await observe(operation, named.service, options);
  if (isGone(seen)) throw serviceNotFound(operation, named.service);
  const status = assess(seen);
  const member = findMember(seen, status, named);
  checkDomain(seen, named, asked);
  const reading = { ...operation, timeoutMs: options.requestTimeoutMs ?? defaultRequestTimeoutMs };
  const [reads, events] = await together<[TraceReads, Observed<TraceEvent[]>]>(operation.signal, [
    (signal) => readMore({ ...reading, signal }, seen, member),
    (signal) => readEvents({ ...reading, signal }, member.name),
  ]);
  const { name: service, namespace, cluster, unread } = status;
  return {
    asked,
    service,
    namespace,
    cluster,
    summary: summaryOf(member),
    member,
    links: traceLinks(seen, member, reads),
    events: known(events) ?? [],
    unread: 'unknown' in events ? [...unread, `Events: ${events.unknown}`] : unread,
  };
}

function findMember(
  { records }: Observations,
  { name, namespace, members }: ServiceStatus,
  { ordinal }: NamedMember,
): MemberStatus {
  const member = members.find((one) => one.ordinal === ordinal);
  if (member !== undefined) return member;
  if ('unknown' in records) {
    const message = `Whether there is a member ${name}-${ordinal} could not be read: ${records.unknown}`;
    throw new FirecampError('FC-REC-005', message, { fields: { service: name, ordinal } });
  }
  const names = members.length === 0 ? 'none' : `${members[0]?.name} to ${members.at(-1)?.name}`;
  const message = `The service ${name} in namespace ${namespace} has no member ${name}-${ordinal}; it has ${names}.`;
  throw new FirecampError('FC-SVC-002', message, { fields: { service: name, ordinal } });
}

/** A name of another domain is another thing, though it begins as the member's. */
function checkDomain({ records, namespace }: Observations, { service, domain }: NamedMember, asked: string): void {
  const attr = known(records)?.attr?.record;
  if (domain === undefined || attr === undefined) return;
  if (isOwnDomain(service, namespace, domain, attr.domainName)) return;
  const message = `${asked} is no name of service ${service} in namespace ${namespace}: its members are in ${attr.domainName}.`;
  throw new FirecampError('FC-SVC-002', message, { fields: { service, domain } });
}

function summaryOf({ name, wanted, conditions, agrees }: MemberStatus): string {
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready === undefined)
    return `${name} is not wanted now${wanted || agrees === 'True' ? '' : ', and its sources do not agree'}`;
  return `${name} is ${{ True: 'Ready', False: 'not Ready', Unknown: 'not known to be Ready' }[ready.status]}: ${ready.message}`;
}

async function readMore(reading: Reading, seen: Observations, member: MemberStatus): Promise<TraceReads> {
  const { namespace } = reading.settings;
  const node = known(member.pod)?.node;
  const kind = known(seen.workload)?.type === 'stateless' ? kinds.Deployment : kinds.StatefulSet;
  type Reads = [TraceReads['workload'], TraceReads['pod'], TraceReads['node'], TraceReads['instance']];
  const [workload, pod, found, instance] = await together<Reads>(reading.signal, [
    (signal) => readObject({ ...reading, signal }, { kind, namespace, name: seen.name }),
    (signal) => readObject({ ...reading, signal }, { kind: kinds.Pod, namespace, name: member.name }),
    (signal) => readObject({ ...reading, signal }, node === undefined ? undefined : { kind: kinds.Node, name: node }),
    (signal) => readInstance({ ...reading, signal }, known(member.holder)?.instanceId),
  ]);
  return { workload, pod, node: found, instance };
}

function readObject(reading: Reading, ref: ObjectRef | undefined): Promise<Observed<LiveObject | undefined>> {
  if (ref === undefined) return Promise.resolve({ value: undefined });
  const source = { what: `Reading the ${ref.kind.kind} ${ref.name}`, timeoutMs: reading.timeoutMs };
  return readSource(reading, source, async (signal) => {
    const found = await reading.ports.kube.get(ref, { signal });
    return found === 'absent' ? undefined : found;
  });
}

function readInstance(reading: Reading, id: string | undefined): Promise<TraceReads['instance']> {
  if (id === undefined) return Promise.resolve({ value: undefined });
  const source = { what: `Asking EC2 for instance ${id}`, timeoutMs: reading.timeoutMs };
  return readSource(reading, source, async (signal) => (await reading.ports.instances.describe([id], { signal }))[0]);
}

function readEvents(reading: Reading, pod: string): Promise<Observed<TraceEvent[]>> {
  const source = { what: `Listing the Events of pod ${pod}`, timeoutMs: reading.timeoutMs };
  return readSource(reading, source, (signal) => podEvents({ ...reading, signal }, pod));
}
