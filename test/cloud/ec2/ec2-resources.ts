import type { Clock } from '../clock.ts';
import { cidrContains, parseCidr } from '../ipv4.ts';
import { AddressBook } from './address-book.ts';
import type { AddressMove } from './address-history.ts';
import { addressesPerInterface } from './instance-types.ts';
import type { Attachment, Instance, NetworkInterface, Reservation, Subnet, Volume, Vpc } from './model.ts';

/** How far what is told lags behind what is true. */
export interface Ec2Lag {
  /** DescribeNetworkInterfaces, of addresses and of interfaces that were created; default 0 */
  readonly visibilityDelayMs?: number;
  /** how long attaching and detaching an interface takes; default 0 */
  readonly attachmentMs?: number;
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

/** An interface that has come to an instance, or left one. */
export interface AttachmentChange {
  readonly item: NetworkInterface;
  readonly before: Attachment | undefined;
}

/** What exists in the account's EC2 and who holds which address, as EC2 knows it and as it tells. */
export class Ec2Resources {
  readonly region: string;
  readonly accountId: string;
  readonly vpcs = new Map<string, Vpc>();
  readonly subnets = new Map<string, Subnet>();
  readonly reservations = new Map<string, Reservation>();
  readonly instances = new Map<string, Instance>();
  readonly volumes = new Map<string, Volume>();
  /** what interfaces were created with, by client token */
  readonly interfaceTokens = new Map<string, { readonly asked: string; readonly id: string; readonly reply: string }>();
  /** may be changed by a test at any time */
  visibilityDelayMs: number;
  attachmentMs: number;
  imdsLagMs: number;
  /** the VPC of each security group */
  readonly securityGroups = new Map<string, string>();
  readonly #interfaces = new Map<string, NetworkInterface>();
  readonly #book = new AddressBook();
  readonly #attachmentListeners = new Set<(change: AttachmentChange) => void>();
  readonly #clock: Clock;
  #ids = 0;

  constructor(account: { readonly region: string; readonly accountId: string }, clock: Clock, lag: Ec2Lag) {
    this.region = account.region;
    this.accountId = account.accountId;
    this.#clock = clock;
    this.visibilityDelayMs = lag.visibilityDelayMs ?? 0;
    this.attachmentMs = lag.attachmentMs ?? 0;
    this.imdsLagMs = lag.imdsLagMs ?? 0;
  }

  now(): number {
    return this.#clock.now();
  }

  /** A fresh id in EC2's form, e.g. eni-0f1000000000000001. */
  newId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}-0f${this.#ids.toString(16).padStart(15, '0')}`;
  }

  /** Every move of an address since the start, oldest first, the initial ones included (`from` undefined). */
  get events(): readonly AddressMove[] {
    return this.#book.moves;
  }

  /** Calls back at each move, in the moment it happens. Returns the way to stop. */
  onAddressChange(listener: (move: AddressMove) => void): () => void {
    return this.#book.onMove(listener);
  }

  /** Calls back when an interface is attached or detached after it was made, in the moment it happens. Returns the way to stop. */
  onAttachmentChange(listener: (change: AttachmentChange) => void): () => void {
    this.#attachmentListeners.add(listener);
    return () => this.#attachmentListeners.delete(listener);
  }

  /** Attaches the interface, or with undefined detaches it. */
  setAttachment(item: NetworkInterface, attachment: Attachment | undefined): void {
    const before = item.attachment;
    item.attachment = attachment;
    for (const listener of this.#attachmentListeners) listener({ item, before });
  }

  /**
   * Id of the interface that holds the address at this moment; looked for in `vpcId`, or in the first VPC that has it.
   */
  holderOf(ip: string, vpcId?: string): string | undefined {
    const vpcs = vpcId === undefined ? [...this.vpcs.keys()] : [vpcId];
    return vpcs.map((id) => this.#book.holderOf(id, ip)).find((holder) => holder !== undefined)?.id;
  }

  interfaces(): NetworkInterface[] {
    return [...this.#interfaces.values()];
  }

  interface(id: string): NetworkInterface | undefined {
    return this.#interfaces.get(id);
  }

  /** By device index, so the primary one first. */
  interfacesOf(instanceId: string): NetworkInterface[] {
    return this.interfaces()
      .filter((item) => item.attachment?.instanceId === instanceId)
      .sort((a, b) => (a.attachment?.deviceIndex ?? 0) - (b.attachment?.deviceIndex ?? 0));
  }

  /** The addresses DescribeNetworkInterfaces shows now. */
  describedAddresses(interfaceId: string): readonly string[] {
    return this.#book.addressesAt(interfaceId, this.now() - this.visibilityDelayMs);
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
      addresses: this.#book.addressesAt(item.id, this.now() - this.imdsLagMs),
    }));
  }

  /**
   * How many IPv4 addresses the interface has room for beside its prefixes, each of which takes the slot of an address
   * (EC2 user guide, "Prefix delegation"). A detached interface is bound by no instance type.
   */
  addressLimit(item: NetworkInterface): number {
    const instance = item.attachment && this.instances.get(item.attachment.instanceId);
    return ((instance && addressesPerInterface(instance.type)) ?? 50) - item.prefixes.length;
  }

  /** The interface that the address is delegated to as part of a prefix. */
  prefixHolderOf(value: number, vpcId: string): NetworkInterface | undefined {
    const covers = (prefix: string) => {
      const range = parseCidr(prefix);
      return range !== undefined && cidrContains(range, value);
    };
    return this.interfaces().find((item) => item.vpcId === vpcId && item.prefixes.some(covers));
  }

  /** Gives the interface exactly these addresses, the primary first, taking them from whoever holds them. */
  setAddresses(item: NetworkInterface, addresses: readonly string[]): void {
    this.#book.set(item, addresses, this.now());
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
}
