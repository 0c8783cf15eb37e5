import { addressesPerInterface } from './ec2/instance-types.ts';
import { type Cidr, cidrContains, cidrCovers, cidrsOverlap, isReservedByAws, parseCidr, parseIpv4 } from './ipv4.ts';
import type { InstanceSpec, InterfaceSpec, Topology } from './topology-model.ts';

/** Everything that keeps a topology from being possible; empty when it is. */
export function topologyFaults(topology: Topology): string[] {
  return [
    ...duplicateIds(topology),
    ...networkFaults(topology),
    ...reservationFaults(topology),
    ...topology.instances.flatMap((instance) => instanceFaults(topology, instance)),
    ...addressFaults(topology),
    ...(topology.hostedZones ?? []).flatMap((zone) =>
      zone.vpcIds.filter((id) => !has(topology.vpcs, id)).map((id) => `hosted zone ${zone.id}: no VPC ${id}`),
    ),
  ];
}

const has = (list: readonly { id: string }[], id: string): boolean => list.some((item) => item.id === id);

function duplicateIds(topology: Topology): string[] {
  const interfaces = topology.instances.flatMap((instance) => instance.interfaces);
  const kinds: [string, readonly string[]][] = [
    ['VPC', topology.vpcs.map((item) => item.id)],
    ['subnet', topology.subnets.map((item) => item.id)],
    ['reservation', (topology.reservations ?? []).map((item) => item.id)],
    ['instance', topology.instances.map((item) => item.id)],
    ['interface', interfaces.map((item) => item.id)],
    ['MAC', interfaces.map((item) => item.mac.toLowerCase())],
    ['hosted zone', (topology.hostedZones ?? []).map((item) => item.id)],
    ['access key', (topology.principals ?? []).map((item) => item.accessKeyId)],
    ['role', (topology.roles ?? []).map((item) => item.name)],
    ['quota', (topology.quotas ?? []).map((item) => `${item.service}/${item.code}`)],
  ];
  return kinds.flatMap(([kind, ids]) =>
    [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))].map((id) => `${kind} ${id} is there more than once`),
  );
}

function networkFaults(topology: Topology): string[] {
  const faults = topology.vpcs
    .filter((vpc) => !parseCidr(vpc.cidr))
    .map((vpc) => `VPC ${vpc.id}: ${vpc.cidr} is no CIDR block`);
  topology.subnets.forEach((subnet, i) => {
    const cidr = parseCidr(subnet.cidr);
    const vpc = topology.vpcs.find((item) => item.id === subnet.vpcId);
    const outer = vpc && parseCidr(vpc.cidr);
    if (!cidr) faults.push(`subnet ${subnet.id}: ${subnet.cidr} is no CIDR block`);
    if (!vpc) faults.push(`subnet ${subnet.id}: no VPC ${subnet.vpcId}`);
    if (cidr && outer && !cidrCovers(outer, cidr)) {
      faults.push(`subnet ${subnet.id}: ${subnet.cidr} is not inside ${vpc.cidr}`);
    }
    if (!subnet.zone.startsWith(topology.region)) {
      faults.push(`subnet ${subnet.id}: zone ${subnet.zone} is not in ${topology.region}`);
    }
    for (const other of topology.subnets.slice(0, i).filter((item) => item.vpcId === subnet.vpcId)) {
      if (overlap(cidr, parseCidr(other.cidr))) faults.push(`subnet ${subnet.id} overlaps ${other.id}`);
    }
  });
  return faults;
}

const overlap = (a: Cidr | undefined, b: Cidr | undefined): boolean =>
  a !== undefined && b !== undefined && cidrsOverlap(a, b);

function reservationFaults(topology: Topology): string[] {
  const reservations = topology.reservations ?? [];
  return reservations.flatMap((reservation, i) => {
    const subnet = topology.subnets.find((item) => item.id === reservation.subnetId);
    if (!subnet) return [`reservation ${reservation.id}: no subnet ${reservation.subnetId}`];
    const cidr = parseCidr(reservation.cidr);
    const outer = parseCidr(subnet.cidr);
    if (!cidr) return [`reservation ${reservation.id}: ${reservation.cidr} is no CIDR block`];
    const faults: string[] = [];
    if (outer && !cidrCovers(outer, cidr)) {
      faults.push(`reservation ${reservation.id}: ${reservation.cidr} is not inside ${subnet.cidr}`);
    }
    for (const other of reservations.slice(0, i).filter((item) => item.subnetId === subnet.id)) {
      if (overlap(cidr, parseCidr(other.cidr))) faults.push(`reservation ${reservation.id} overlaps ${other.id}`);
    }
    return faults;
  });
}

function instanceFaults(topology: Topology, instance: InstanceSpec): string[] {
  const faults: string[] = [];
  if (addressesPerInterface(instance.type) === undefined)
    faults.push(`instance ${instance.id}: unknown type ${instance.type}`);
  if (instance.roleName !== undefined && !(topology.roles ?? []).some((role) => role.name === instance.roleName)) {
    faults.push(`instance ${instance.id}: no role ${instance.roleName}`);
  }
  const indexes = instance.interfaces.map((item) => item.deviceIndex);
  if (!indexes.includes(0)) faults.push(`instance ${instance.id}: no interface with device index 0`);
  if (new Set(indexes).size !== indexes.length)
    faults.push(`instance ${instance.id}: two interfaces with one device index`);
  return [...faults, ...instance.interfaces.flatMap((item) => interfaceFaults(topology, instance, item))];
}

function interfaceFaults(topology: Topology, instance: InstanceSpec, item: InterfaceSpec): string[] {
  const subnet = topology.subnets.find((candidate) => candidate.id === item.subnetId);
  if (!subnet) return [`interface ${item.id}: no subnet ${item.subnetId}`];
  const faults: string[] = [];
  const zone = instance.zone ?? topology.subnets.find((s) => s.id === instance.interfaces[0]?.subnetId)?.zone;
  if (zone !== subnet.zone)
    faults.push(`interface ${item.id}: subnet ${subnet.id} is in ${subnet.zone}, ${instance.id} in ${zone}`);
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(item.mac)) faults.push(`interface ${item.id}: ${item.mac} is no MAC`);
  const limit = addressesPerInterface(instance.type);
  const count = 1 + (item.secondaryIps ?? []).length + (item.prefixes ?? []).length;
  if (limit !== undefined && count > limit)
    faults.push(`interface ${item.id}: ${count} addresses, a ${instance.type} has room for ${limit}`);
  const cidr = parseCidr(subnet.cidr);
  for (const prefix of item.prefixes ?? []) {
    const range = parseCidr(prefix);
    if (range?.prefix !== 28) faults.push(`interface ${item.id}: ${prefix} is no /28 prefix`);
    else if (cidr && !cidrCovers(cidr, range)) faults.push(`interface ${item.id}: ${prefix} is not in ${subnet.cidr}`);
  }
  for (const ip of [item.primaryIp, ...(item.secondaryIps ?? [])]) {
    const value = parseIpv4(ip);
    if (value === undefined) faults.push(`interface ${item.id}: ${ip} is no IPv4 address`);
    else if (cidr && !cidrContains(cidr, value)) faults.push(`interface ${item.id}: ${ip} is not in ${subnet.cidr}`);
    else if (cidr && isReservedByAws(cidr, value))
      faults.push(`interface ${item.id}: ${ip} is one AWS keeps for itself`);
  }
  return faults;
}

function addressFaults(topology: Topology): string[] {
  const seen = new Map<string, string>();
  const faults: string[] = [];
  for (const item of topology.instances.flatMap((instance) => instance.interfaces)) {
    const vpcId = topology.subnets.find((subnet) => subnet.id === item.subnetId)?.vpcId;
    for (const ip of [item.primaryIp, ...(item.secondaryIps ?? [])]) {
      const key = `${vpcId} ${ip}`;
      const holder = seen.get(key);
      if (holder !== undefined) faults.push(`${ip} is on ${holder} and on ${item.id}`);
      seen.set(key, item.id);
    }
  }
  return faults;
}
