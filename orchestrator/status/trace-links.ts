import { type StaticIpRecord, unsetOwner } from '../../common/domain/records.ts';
import type { NetworkInterface } from '../../common/ports/addresses.ts';
import type { Instance } from '../../common/ports/instances.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { textAt } from '../definition/field-reader.ts';
import { staticServiceName } from '../manifests/names.ts';
import { nodeFacts } from '../network/node-facts.ts';
import { lastChangeOf, recordChange } from './last-change.ts';
import { known, mapObserved, type Observations } from './observations.ts';
import type { MemberStatus, Observed } from './service-status.ts';
import { type Fact, link, type Parts } from './trace-link.ts';
import type { TraceLink } from './trace-model.ts';

/** What a trace reads beside what a status does. */
export interface TraceReads {
  readonly workload: Observed<LiveObject | undefined>;
  readonly pod: Observed<LiveObject | undefined>;
  readonly node: Observed<LiveObject | undefined>;
  readonly instance: Observed<Instance | undefined>;
}

/** The member's story, a link for each thing that it is made of. */
export function traceLinks(seen: Observations, member: MemberStatus, reads: TraceReads): TraceLink[] {
  const ip = member.staticIp;
  const record = ip === undefined ? undefined : mapObserved(seen.addresses, (all) => all.get(ip));
  const holder = ip === undefined ? undefined : mapObserved(seen.holders, (all) => all.get(ip));
  return [
    serviceLink(seen),
    link('workload', reads.workload, workloadParts),
    link('pod', reads.pod, (live) => podParts(live, member)),
    nodeLink(reads.node, known(member.pod)?.node),
    ...(record === undefined ? [] : [link('record', record, recordParts)]),
    ...(holder === undefined ? [] : [link('interface', holder, interfaceParts)]),
    ...(holder === undefined ? [] : [link('instance', reads.instance, instanceParts)]),
    ...(member.dnsName === undefined ? [] : [dnsLink(member, member.dnsName)]),
    ...(ip === undefined ? [] : [clusterDnsLink(seen, member, ip)]),
  ];
}

function serviceLink({ name, records }: Observations): TraceLink {
  return link('service', records, ({ service, attr, members }) => ({
    name,
    facts: [
      ['status', attr?.record.status],
      ['uuid', service.record.serviceUuid],
      ['members', `${members.size} of ${attr?.record.replicas ?? 'an unknown number'}`],
    ],
    lastChange: attr && recordChange(attr.record.lastModified),
  }));
}

function workloadParts(live: LiveObject): Parts {
  const facts: Fact[] = [
    ['kind', live.kind],
    ['update revision', textAt(live, 'status', 'updateRevision')],
  ];
  return { name: live.metadata.name, facts, lastChange: lastChangeOf(live) };
}

function podParts(live: LiveObject, { pod }: MemberStatus): Parts {
  const state = known(pod);
  const ready = state?.ready ? 'yes' : 'no';
  const facts: Fact[] = [
    ['uid', live.metadata.uid],
    ['phase', state?.phase],
    ['ready', state?.readySince === undefined ? ready : `${ready}, since ${state.readySince}`],
    ['created', state?.createdAt],
    ['being deleted since', textAt(live, 'metadata', 'deletionTimestamp')],
    ['restarts', state?.restarts],
    ['revision', state?.revision],
    ['image', state?.image],
    ['trouble', state?.trouble.join('; ')],
  ];
  return { name: live.metadata.name, facts, lastChange: lastChangeOf(live) };
}

function nodeLink(node: TraceReads['node'], name: string | undefined): TraceLink {
  const missing = 'value' in node && node.value === undefined && name !== undefined;
  return missing
    ? link('node', { value: name }, () => ({ name, facts: [['state', 'there is no such node']] }))
    : link('node', node, nodeParts);
}

function nodeParts(live: LiveObject): Parts {
  const { name, zone, instanceId, trouble } = nodeFacts(live);
  const facts: Fact[] = [
    ['instance', instanceId],
    ['zone', zone],
    ['state', trouble ?? 'usable'],
  ];
  // A node's status is written every few minutes: that would say nothing.
  return { name, facts };
}

function recordParts({ ip, zone, instanceId, interfaceId, pastInterfaceIds, owner }: StaticIpRecord): Parts {
  const took = Object.entries(owner?.phaseMillis ?? {}).map(([phase, millis]) => `${phase} ${millis} ms`);
  const facts: Fact[] = [
    ['state', owner?.state ?? 'unclaimed'],
    ['epoch', owner?.epoch],
    ['owner', owner && `pod ${owner.podName} (${owner.podUid}), created ${owner.podCreatedAt}`],
    ['instance', instanceId === unsetOwner.serverInstanceId ? undefined : instanceId],
    ['interface', interfaceId],
    ['interfaces before', pastInterfaceIds.join(', ')],
    ['zone', zone],
    ['claim took', took.join(', ')],
  ];
  return {
    name: ip,
    facts,
    lastChange: owner && { at: owner.changedAt, by: `pod ${owner.podName} (${owner.podUid})` },
  };
}

function interfaceParts(one: NetworkInterface): Parts {
  const facts: Fact[] = [
    ['instance', one.instanceId ?? 'attached to none'],
    ['device index', one.deviceIndex],
    ['subnet', one.subnetId],
    ['primary address', one.primaryIp],
    ['addresses', one.addresses.length],
    ['MAC', one.mac],
  ];
  return { name: one.id, facts };
}

function instanceParts({ id, state, instanceType, zone }: Instance): Parts {
  return {
    name: id,
    facts: [
      ['state', state],
      ['type', instanceType],
      ['zone', zone],
    ],
  };
}

function dnsLink({ dns }: MemberStatus, name: string): TraceLink {
  const values = mapObserved(dns, (found) => (found.length === 0 ? 'no A record' : found.join(', ')));
  return link('dns', values, (text) => ({ name, facts: [['leads to', text]] }));
}

/** What the service's own EndpointSlice makes of the address in the cluster's DNS. */
function clusterDnsLink({ name: service, namespace }: Observations, { name }: MemberStatus, ip: string): TraceLink {
  const clusterName = `${name}.${staticServiceName(service)}.${namespace}.svc`;
  return link('clusterDns', { value: clusterName }, (text) => ({ name: text, facts: [['should lead to', ip]] }));
}
