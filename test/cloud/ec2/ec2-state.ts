import type { Clock } from '../clock.ts';
import { type Cidr, cidrContains, formatIpv4, isReservedByAws, parseCidr, parseIpv4 } from '../ipv4.ts';
import type { InstanceSpec, Topology } from '../topology.ts';
import { AddressHistory, type AddressMove } from './address-history.ts';
import { addressesPerInterface } from './instance-types.ts';
import type { Instance, NetworkInterface, Reservation, Subnet, Vpc } from './model.ts';

/** How far what is told lags behind what is true. */
export interface Ec2Lag {
  /** DescribeNetworkInterfaces; default 0 */
  readonly visibilityDelayMs?: number;
  /** network/interfaces/macs in IMDS; default 0 */
  readonly imdsLagMs?: number;
}

/** An interface as IMDS shows it. */
export interface ImdsInterface {
  readonly id: string;
  readonly mac: string;
  readonly deviceNumber: number;
  readonly subnetId: string;
  readonly subnetCidr: string;
  readonly vpcId: string;
  readonly vpcCidr: string;
  /** as old as the lag says; the primary first */
  readonly addresses: readonly string[];
}

/**
 * The account's EC2: what exists and who holds which address. It knows no wire format and no permissions; the operations
 * check their rules and then change it here, so every change of an address passes `setAddresses` and is logged.
 */
export class Ec2State {
  readonly region: string;
  readonly accountId: string;
  readonly vpcs = new Map<string, Vpc>();
  readonly subnets = new Map<string, Subnet>();
  readonly reservations = new Map<string, Reservation>();
  readonly instances = new Map<string, Instance>();
  /** every move of an address since the start, oldest first, the initial ones included (`from` undefined) */
  readonly events: AddressMove[] = [];
  /** may be changed by a test at any time */
  visibilityDelayMs: number;
  imdsLagMs: number;
  readonly #interfaces = new Map<string, NetworkInterface>();
  readonly #holders = new Map<string, string>();
  readonly #history = new AddressHistory();
  readonly #listeners = new Set<(move: AddressMove) => void>();
  readonly #clock: Clock;
  #ids = 0;

  constructor(topology: Topology, clock: Clock, lag: Ec2Lag = {}) {
    this.region = topology.region;
    this.accountId = topology.accountId;
    this.#clock = clock;
    this.visibilityDelayMs = lag.visibilityDelayMs ?? 0;
    this.imdsLagMs = lag.imdsLagMs ?? 0;
    this.#load(topology);
  }

  now(): number {
    return this.#clock.now();
  }

  /** A fresh id in EC2's form, e.g. eni-0f1000000000000001. */
  newId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}-0f${this.#ids.toString(16).padStart(15, '0')}`;
  }

  /** The interface that holds the address at this moment. Addresses are looked for in `vpcId`, or in the first VPC that has it. */
  holderOf(ip: string, vpcId?: string): string | undefined {
    const vpcs = vpcId === undefined ? [...this.vpcs.keys()] : [vpcId];
    return vpcs.map((id) => this.#holders.get(`${id} ${ip}`)).find((holder) => holder !== undefined);
  }

  interfaces(): NetworkInterface[] {
    return [...this.#interfaces.values()];
  }

  interface(id: string): NetworkInterface | undefined {
    return this.#interfaces.get(id);
  }

  interfacesOf(instanceId: string): NetworkInterface[] {
    return this.interfaces()
      .filter((item) => item.attachment?.instanceId === instanceId)
      .sort((a, b) => (a.attachment?.deviceIndex ?? 0) - (b.attachment?.deviceIndex ?? 0));
  }

  /** The addresses DescribeNetworkInterfaces shows now. */
  describedAddresses(interfaceId: string): readonly string[] {
    return this.#history.at(interfaceId, this.now() - this.visibilityDelayMs);
  }

  /** What the instance's metadata service shows now, by device number. */
  imdsInterfaces(instanceId: string): ImdsInterface[] {
    return this.interfacesOf(instanceId).map((item) => ({
      id: item.id,
      mac: item.mac,
      deviceNumber: item.attachment?.deviceIndex ?? 0,
      subnetId: item.subnetId,
      subnetCidr: this.subnets.get(item.subnetId)?.cidr ?? '',
      vpcId: item.vpcId,
      vpcCidr: this.vpcs.get(item.vpcId)?.cidr ?? '',
      addresses: this.#history.at(item.id, this.now() - this.imdsLagMs),
    }));
  }

  /** How many IPv4 addresses the interface has room for; a detached one is bound by no instance type. */
  addressLimit(item: NetworkInterface): number {
    const instance = item.attachment && this.instances.get(item.attachment.instanceId);
    return (instance && addressesPerInterface(instance.type)) ?? 50;
  }

  /** Calls back at each move, in the moment it happens. Returns the way to stop. */
  onAddressChange(listener: (move: AddressMove) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Gives the interface exactly these addresses. One that another interface holds leaves it in the same moment, so it is
   * never free and never held twice.
   */
  setAddresses(item: NetworkInterface, addresses: readonly string[]): void {
    const moves: AddressMove[] = [];
    const move = (ip: string, from: string | undefined, to: string | undefined) =>
      moves.push({ at: this.now(), vpcId: item.vpcId, ip, from, to });
    for (const ip of item.addresses.filter((old) => !addresses.includes(old))) {
      this.#holders.delete(`${item.vpcId} ${ip}`);
      move(ip, item.id, undefined);
    }
    for (const ip of addresses.filter((wanted) => !item.addresses.includes(wanted))) {
      const holder = this.#interfaces.get(this.#holders.get(`${item.vpcId} ${ip}`) ?? '');
      if (holder)
        this.#write(
          holder,
          holder.addresses.filter((held) => held !== ip),
        );
      this.#holders.set(`${item.vpcId} ${ip}`, item.id);
      move(ip, holder?.id, item.id);
    }
    this.#write(item, addresses);
    for (const done of moves) this.#announce(done);
  }

  addInterface(item: Omit<NetworkInterface, 'addresses'>, addresses: readonly string[]): NetworkInterface {
    const added: NetworkInterface = { ...item, addresses: [] };
    this.#interfaces.set(item.id, added);
    this.setAddresses(added, addresses);
    return added;
  }

  removeInterface(item: NetworkInterface): void {
    this.setAddresses(item, []);
    this.#interfaces.delete(item.id);
  }

  /**
   * Addresses AWS picks by itself: free, not among the five it keeps, and in no reservation (VPC user guide, "Subnet CIDR
   * reservations": not assigned automatically). Fewer than `count` when the subnet has no more.
   */
  pickAddresses(subnet: Subnet, count: number): string[] {
    const kept = [...this.reservations.values()].filter((item) => item.subnetId === subnet.id);
    const picked: string[] = [];
    const end = subnet.range.base + subnet.range.size;
    for (let value = subnet.range.base; value < end && picked.length < count; value += 1) {
      if (!this.isAssignable(subnet, value) || kept.some((item) => cidrContains(item.range, value))) continue;
      picked.push(formatIpv4(value));
    }
    return picked;
  }

  /** Free, inside the subnet and not one of the five that AWS keeps. */
  isAssignable(subnet: Subnet, value: number): boolean {
    return (
      cidrContains(subnet.range, value) &&
      !isReservedByAws(subnet.range, value) &&
      this.holderOf(formatIpv4(value), subnet.vpcId) === undefined
    );
  }

  /**
   * Somebody else in the account starts an instance in the subnet, with an address that AWS picks, or with `wantIp`.
   * Throws when the subnet cannot give it, as AWS would refuse the launch.
   */
  launchStranger(subnetId: string, options: { wantIp?: string; type?: string } = {}): NetworkInterface {
    const subnet = this.subnets.get(subnetId);
    if (!subnet) throw new Error(`no subnet ${subnetId} to launch in`);
    const ip = options.wantIp ?? this.pickAddresses(subnet, 1)[0];
    const value = ip === undefined ? undefined : parseIpv4(ip);
    if (ip === undefined || value === undefined || !this.isAssignable(subnet, value)) {
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
      sourceDestCheck: true,
      tags: new Map(),
    };
  }

  /**
   * The instance is gone at once. Interfaces marked deleteOnTermination go with it and free their addresses; others stay,
   * detached, and keep theirs (EC2 user guide, "Delete on termination" of network interfaces).
   */
  killInstance(instanceId: string): void {
    const instance = this.instances.get(instanceId);
    if (!instance) throw new Error(`no instance ${instanceId} to kill`);
    instance.state = 'terminated';
    for (const item of this.interfacesOf(instanceId)) {
      if (item.attachment?.deleteOnTermination) this.removeInterface(item);
      else item.attachment = undefined;
    }
  }

  #write(item: NetworkInterface, addresses: readonly string[]): void {
    item.addresses = [...addresses];
    this.#history.record(item.id, this.now(), addresses);
  }

  #announce(move: AddressMove): void {
    this.events.push(move);
    for (const listener of this.#listeners) listener(move);
  }

  #load(topology: Topology): void {
    for (const vpc of topology.vpcs) {
      this.vpcs.set(vpc.id, { enableDnsHostnames: true, enableDnsSupport: true, ...vpc, tags: new Map() });
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
      launchedAt: this.now(),
      state: 'running',
      tags: tagMap(spec.tags),
    });
    for (const item of spec.interfaces) {
      const subnet = this.subnets.get(item.subnetId);
      if (!subnet) continue;
      const attach = { instanceId: spec.id, deviceIndex: item.deviceIndex, deleteOnTermination: true };
      const parts = {
        ...this.newInterface(subnet, attach),
        id: item.id,
        mac: item.mac.toLowerCase(),
        tags: tagMap(item.tags),
      };
      this.addInterface(parts, [item.primaryIp, ...(item.secondaryIps ?? [])]);
    }
  }
}

const tagMap = (tags: Readonly<Record<string, string>> = {}): Map<string, string> => new Map(Object.entries(tags));

function checked(cidr: string): Cidr {
  const range = parseCidr(cidr);
  if (!range) throw new Error(`${cidr} is no CIDR block`);
  return range;
}
