import type { Clock } from '../clock.ts';
import { type Cidr, parseCidr, parseIpv4 } from '../ipv4.ts';
import type { InstanceSpec, Topology } from '../topology-model.ts';
import { type Ec2Lag, Ec2Resources } from './ec2-resources.ts';
import type { NetworkInterface, Subnet } from './model.ts';
import { isAssignable, pickAddresses } from './pick-addresses.ts';
import { letGo } from './volume-attachments.ts';

export type { ImdsInterface } from './ec2-resources.ts';

/** EC2 user guide, "Configure the Instance Metadata Service options": 1 where neither account, image nor launch says otherwise. */
const defaultHopLimit = 1;

/**
 * The account's EC2, from a topology, with what befalls instances. It knows no wire format and no permissions: the
 * operations check their rules and then change it here.
 */
export class Ec2State extends Ec2Resources {
  constructor(topology: Topology, clock: Clock, lag: Ec2Lag = {}) {
    super(topology, clock, lag);
    this.#load(topology);
  }

  /**
   * Somebody else in the account starts an instance in the subnet, with an address that AWS picks, or with `wantIp`.
   * Throws when the subnet cannot give it, as AWS would refuse the launch.
   */
  launchStranger(subnetId: string, options: { wantIp?: string; type?: string } = {}): NetworkInterface {
    const subnet = this.subnets.get(subnetId);
    if (!subnet) throw new Error(`no subnet ${subnetId} to launch in`);
    const ip = options.wantIp ?? pickAddresses(this, subnet, 1)[0];
    const value = ip === undefined ? undefined : parseIpv4(ip);
    if (ip === undefined || value === undefined || !isAssignable(this, subnet, value)) {
      throw new Error(`${subnetId} cannot give ${ip ?? 'any address'} to a new instance`);
    }
    return this.launch(subnet, options.type ?? 't3.micro', ip);
  }

  /** A new running instance with one interface that goes when it goes. */
  launch(subnet: Subnet, type: string, ip: string, tags: ReadonlyMap<string, string> = new Map()): NetworkInterface {
    const id = this.newId('i');
    this.instances.set(id, {
      id,
      type,
      zone: subnet.zone,
      roleName: undefined,
      ipv6Only: false,
      metadataHopLimit: defaultHopLimit,
      launchedAt: this.now(),
      state: 'running',
      tags: new Map(tags),
    });
    return this.addInterface(this.newInterface(subnet, { instanceId: id, deviceIndex: 0, deleteOnTermination: true }), [
      ip,
    ]);
  }

  /** The parts of a fresh interface in the subnet, not yet part of the state. */
  newInterface(
    subnet: Subnet,
    attach?: { instanceId: string; deviceIndex: number; deleteOnTermination: boolean },
  ): Omit<NetworkInterface, 'addresses'> {
    const id = this.newId('eni');
    return {
      id,
      mac: `06:${(id.slice(-10).match(/../g) ?? []).join(':')}`,
      subnetId: subnet.id,
      vpcId: subnet.vpcId,
      zone: subnet.zone,
      description: '',
      attachment: attach && { ...attach, id: this.newId('eni-attach'), attachedAt: this.now() },
      prefixes: [],
      groups: [defaultGroup(subnet.vpcId)],
      detaching: undefined,
      visibleFrom: Number.NEGATIVE_INFINITY,
      sourceDestCheck: true,
      tags: new Map(),
    };
  }

  /**
   * The instance is gone at once. Interfaces marked deleteOnTermination go with it and free their addresses; others stay,
   * detached, and keep theirs (EC2 user guide, "Delete on termination" of network interfaces). Volumes that were attached later are
   * kept, detached (EC2 user guide, "Preserve data when an instance is terminated").
   */
  killInstance(instanceId: string): void {
    const instance = this.instances.get(instanceId);
    if (!instance) throw new Error(`no instance ${instanceId} to kill`);
    instance.state = 'terminated';
    for (const item of this.interfacesOf(instanceId)) {
      if (item.attachment?.deleteOnTermination) this.removeInterface(item);
      else this.setAttachment(item, undefined);
    }
    for (const volume of this.volumes.values()) if (volume.attachedTo === instanceId) letGo(volume);
  }

  #load(topology: Topology): void {
    for (const vpc of topology.vpcs) {
      this.vpcs.set(vpc.id, { enableDnsHostnames: true, enableDnsSupport: true, ...vpc, tags: new Map() });
      this.securityGroups.set(defaultGroup(vpc.id), vpc.id);
    }
    for (const subnet of topology.subnets) {
      this.subnets.set(subnet.id, { ...subnet, range: checked(subnet.cidr), tags: tagMap(subnet.tags) });
    }
    for (const item of topology.reservations ?? []) {
      const range = checked(item.cidr);
      this.reservations.set(item.id, {
        ...item,
        range,
        type: 'explicit',
        description: undefined,
        tags: tagMap(item.tags),
      });
    }
    for (const instance of topology.instances) this.#loadInstance(instance);
  }

  #loadInstance(spec: InstanceSpec): void {
    const zone = spec.zone ?? this.subnets.get(spec.interfaces[0]?.subnetId ?? '')?.zone ?? '';
    this.instances.set(spec.id, {
      id: spec.id,
      type: spec.type,
      zone,
      roleName: spec.roleName,
      ipv6Only: spec.ipv6Only ?? false,
      metadataHopLimit: spec.metadataHopLimit ?? defaultHopLimit,
      launchedAt: this.now(),
      state: 'running',
      tags: tagMap(spec.tags),
    });
    for (const item of spec.interfaces) {
      const subnet = this.subnets.get(item.subnetId);
      if (!subnet) continue;
      const attach = { instanceId: spec.id, deviceIndex: item.deviceIndex, deleteOnTermination: true };
      for (const group of item.groups ?? []) this.securityGroups.set(group, subnet.vpcId);
      const parts = {
        ...this.newInterface(subnet, attach),
        id: item.id,
        mac: item.mac.toLowerCase(),
        prefixes: item.prefixes ?? [],
        groups: item.groups ?? [defaultGroup(subnet.vpcId)],
        tags: tagMap(item.tags),
      };
      this.addInterface(parts, spec.ipv6Only ? [] : [item.primaryIp, ...(item.secondaryIps ?? [])]);
    }
  }
}

/** Every VPC has one, which interfaces get that name no other (EC2 API reference, CreateNetworkInterface, SecurityGroupId). */
const defaultGroup = (vpcId: string): string => vpcId.replace(/^vpc-/, 'sg-');

const tagMap = (tags: Readonly<Record<string, string>> = {}): Map<string, string> => new Map(Object.entries(tags));

function checked(cidr: string): Cidr {
  const range = parseCidr(cidr);
  if (!range) throw new Error(`${cidr} is no CIDR block`);
  return range;
}
