import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { ClusterFacts, MemberFacts } from '../manifests/service-facts.ts';
import { serviceManifests } from '../manifests/service-manifests.ts';
import { checkZones } from '../network/check-zones.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import { readClusterNetwork } from '../network/read-cluster-network.ts';
import { takenAddresses } from '../network/taken-addresses.ts';
import { lookAtObjects } from '../objects/look-at-objects.ts';
import { type Operation, step } from '../operation.ts';
import { clusterFacts } from '../records/manifest-facts.ts';
import type { ServiceView } from '../records/service-view.ts';

/** What a creation or a scale-up rests on; nothing has been written when this is known. */
export interface Survey {
  /** undefined for a service that has no members of its own. */
  readonly network: ClusterNetwork | undefined;
  /** Addresses that nobody can be given; asked for when the first address is to be chosen, and then known. */
  readonly taken: () => Promise<ReadonlySet<string>>;
  readonly cluster: ClusterFacts;
}

/** Whether the service has members with records of their own. Pods of a stateless service are all alike, those with TESTMODE use nothing. */
export function hasMembers({ type, testMode }: Pick<ServiceDefinition, 'type' | 'testMode'>): boolean {
  return type === 'stateful' && !testMode;
}

/**
 * Looks at the network and at objects of the service's names, and refuses what could not end well before anything is made.
 *
 * @throws FirecampError of `checkZones` (FC-NET-…) with every fault of every zone, or FC-K8S-005 with every object of somebody else
 */
export async function surveyGround(
  operation: Operation,
  definition: ServiceDefinition,
  found: ServiceView | undefined,
): Promise<Survey> {
  return await step(operation, { step: 'look at the cluster' }, async () => {
    const survey = await readGround(operation, definition);
    if (survey.network !== undefined) {
      const needed = neededAddresses(definition, found);
      const choosing = [...needed.values()].some((count) => count > 0);
      checkZones(survey.network, needed, choosing ? await survey.taken() : new Set());
      warnOfNodes(operation, definition, survey.network);
    }
    const serviceUuid = found?.service.record.serviceUuid;
    const facts = { serviceUuid, members: anyMembers(definition) };
    const objects = serviceManifests(definition, facts, survey.cluster);
    await lookAtObjects(operation, objects, { service: definition.name, serviceUuid });
    return survey;
  });
}

/** As `surveyGround`, without refusing anything. */
export async function readGround(operation: Operation, definition: ServiceDefinition): Promise<Survey> {
  if (!hasMembers(definition)) {
    const nothing = async () => new Set<string>();
    return { network: undefined, taken: nothing, cluster: await clusterFacts(operation, undefined, definition.name) };
  }
  const network = await readClusterNetwork(operation, definition.zones);
  let reading: Promise<ReadonlySet<string>> | undefined;
  const taken = () => (reading ??= takenAddresses(operation, network.subnets));
  return { network, taken, cluster: await clusterFacts(operation, network, definition.name) };
}

/**
 * For each zone that gets members the addresses that they need. Members that are made already ask for nothing: a service can grow in other
 * zones while one of its own is lost.
 */
function neededAddresses(definition: ServiceDefinition, found: ServiceView | undefined): Map<string, number> {
  const { zones, replicas, staticIp } = definition;
  const needed = new Map<string, number>();
  for (let ordinal = 0; ordinal < replicas; ordinal++) {
    const record = found?.members.get(ordinal)?.record;
    const lacks = staticIp && (record?.staticIp ?? '') === '';
    if (record !== undefined && !lacks) continue;
    const zone = record?.zone ?? zones[ordinal % zones.length] ?? '';
    needed.set(zone, (needed.get(zone) ?? 0) + Number(lacks));
  }
  return needed;
}

/** Members on the host's network never share a node; nodes may still come, so this is no fault. */
function warnOfNodes(
  { ports }: Pick<Operation, 'ports'>,
  { name, replicas, zones, staticIp }: ServiceDefinition,
  network: ClusterNetwork,
): void {
  if (!staticIp) return;
  for (const [index, zone] of zones.entries()) {
    const members = Math.floor((replicas - index - 1) / zones.length) + 1;
    const nodes = network.nodes.filter((node) => node.usable && node.zone === zone).length;
    if (nodes >= members) continue;
    const message = `Service ${name} has ${members} members in ${zone}, where ${nodes === 1 ? '1 node is' : `${nodes} nodes are`} usable; members with static IPs never share a node, so some will wait for one.`;
    ports.log.warn(message, { service: name, zone, members, nodes });
  }
}

/** Members with volumes, for the names of the objects only. */
function anyMembers({ replicas, zones, staticIp, type }: ServiceDefinition): MemberFacts[] {
  if (type === 'stateless') return [];
  return Array.from({ length: replicas }, (_none, ordinal) => ({
    ...{ ordinal, zone: zones[ordinal % zones.length] ?? '', subnetId: undefined },
    ...{ staticIp: staticIp ? '0.0.0.0' : undefined, dataVolumeId: 'vol-0', journalVolumeId: 'vol-0' },
  }));
}
