import type { ServiceDefinition } from '../definition/service-definition.ts';
import { volumesOf } from '../manifests/volumes-of-service.ts';
import type { KnownService } from './facts/inventory.ts';
import { type VolumesByType, volumesOfMore, volumesToCome } from './planned-volumes.ts';

/** What the cluster has to hold: a service file's service, or without one what is there already. */
export interface Plan {
  /** In words: `redis with 3 members`. */
  readonly what: string;
  /** Availability Zones of its members. */
  readonly zones: readonly string[];
  /** Members in each zone. */
  readonly members: ReadonlyMap<string, number>;
  /** Addresses that are still to be given out in each zone. */
  readonly addresses: ReadonlyMap<string, number>;
  /** Records that are still to be made in the hosted zone. */
  readonly names: number;
  readonly staticIp: boolean;
  readonly volumes: boolean;
  /** What the volumes that are still to be made take, as far as it is known. */
  readonly newVolumes: VolumesByType;
  /** Domain of the members' names; undefined when they have none. */
  readonly domain: string | undefined;
  /** What new volumes say the cluster is called in Kubernetes; undefined when no service file says it. */
  readonly kubernetesCluster: string | undefined;
  /** No member needs AWS or a node of EC2. */
  readonly testMode: boolean;
}

/** The plan of a service file; what its service has already is not needed again. */
export function planOf(service: ServiceDefinition, inventory: readonly KnownService[]): Plan {
  const { name, replicas, zones } = service;
  const placed = Array.from({ length: replicas }, (_none, ordinal) => {
    return { member: `${name}-${ordinal}`, zone: zones[ordinal % zones.length] ?? '' };
  });
  const there = inventory.find((one) => one.name === name)?.members ?? [];
  const addressed = new Set(there.filter(({ staticIp }) => staticIp !== '').map(({ memberName }) => memberName));
  const missing = service.staticIp ? placed.filter(({ member }) => !addressed.has(member)) : [];
  return {
    what: `${name} with ${replicas} ${replicas === 1 ? 'member' : 'members'}`,
    zones,
    members: countByZone(zones, placed),
    addresses: countByZone(zones, missing),
    names: service.registerDns ? placed.filter(({ member }) => !addressed.has(member)).length : 0,
    staticIp: service.staticIp,
    volumes: volumesOf(service).length > 0,
    newVolumes: volumesToCome(
      service,
      placed.map(({ member }) => member),
      there,
    ),
    domain: service.registerDns ? service.domain.toLowerCase() : undefined,
    kubernetesCluster: service.kubernetesCluster,
    testMode: service.testMode,
  };
}

/**
 * The plan without a service file: one member more wherever members are, or where nodes are when there are none yet, with all that a member
 * can have.
 */
export function planOfCluster(cluster: string, inventory: readonly KnownService[], nodeZones: readonly string[]): Plan {
  const inZones = new Set(inventory.flatMap(({ members }) => members.map(({ zone }) => zone)));
  const zones = [...(inZones.size > 0 ? inZones : new Set(nodeZones))].filter((zone) => zone !== '').sort();
  const one = new Map(zones.map((zone) => [zone, 1]));
  const domain = inventory.map((service) => service.domain).find((name) => name !== '');
  return {
    what: 'one member more in each zone',
    zones,
    members: one,
    addresses: one,
    names: zones.length,
    staticIp: true,
    volumes: true,
    newVolumes: volumesOfMore(zones.length, inventory),
    domain: (domain ?? `${cluster}-firecamp.com`).toLowerCase(),
    kubernetesCluster: undefined,
    testMode: false,
  };
}

function countByZone(
  zones: readonly string[],
  placed: readonly { readonly zone: string }[],
): ReadonlyMap<string, number> {
  return new Map(zones.map((zone) => [zone, placed.filter((one) => one.zone === zone).length]));
}
