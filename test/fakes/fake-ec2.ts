import {
  AddressRefusedError,
  type AddressService,
  type AssignOptions,
  type NetworkInterface,
  type SendOptions,
} from '../../common/ports/addresses.ts';
import type { CallOptions } from '../../common/ports/call-options.ts';
import type { Script } from './script.ts';

/** The interfaces of an account and who holds which address; documented refusals, scripted failures. */
export class FakeEc2 implements AddressService {
  readonly #script: Script;
  readonly #interfaces = new Map<string, NetworkInterface>();
  /** IPv4 addresses an interface can have, whatever the instance type. */
  limit = 10;

  constructor(script: Script) {
    this.#script = script;
  }

  put(one: NetworkInterface): void {
    this.#interfaces.set(one.id, one);
  }

  /** Changes an interface of this id. */
  change(interfaceId: string, parts: Partial<NetworkInterface>): void {
    const one = this.#interfaces.get(interfaceId);
    if (one === undefined) throw new Error(`there is no ${interfaceId}`);
    this.put({ ...one, ...parts });
  }

  /** Deletes the interface and frees its addresses. */
  remove(interfaceId: string): void {
    this.#interfaces.delete(interfaceId);
  }

  /** Who holds the address, past all scripts. */
  holderOf(ip: string): string | undefined {
    return this.#holder(ip)?.id;
  }

  /** Gives the address to the interface, past all scripts; to nobody when undefined. */
  give(interfaceId: string | undefined, ip: string): void {
    for (const one of this.#interfaces.values()) {
      const others = one.addresses.filter((address) => address !== ip);
      const mine = one.id === interfaceId ? [...others, ip] : others;
      this.#interfaces.set(one.id, { ...one, addresses: mine });
    }
  }

  interfacesOf(instanceId: string): NetworkInterface[] {
    return [...this.#interfaces.values()].filter((one) => one.instanceId === instanceId);
  }

  findHolder(ip: string, _subnet: { readonly vpcId?: string }, { signal }: CallOptions) {
    return this.#script.call('ec2.findHolder', '', signal, () => this.#holder(ip));
  }

  findByMac(macs: readonly string[], { signal }: CallOptions) {
    const found = () => [...this.#interfaces.values()].filter((one) => macs.includes(one.mac));
    return this.#script.call('ec2.findByMac', '', signal, found);
  }

  describe(interfaceId: string, { signal }: CallOptions) {
    return this.#script.call('ec2.describe', '', signal, () => this.#interfaces.get(interfaceId));
  }

  addressesPerInterface(_instanceType: string, { signal }: CallOptions) {
    return this.#script.call('ec2.addressesPerInterface', '', signal, () => this.limit);
  }

  assign(interfaceId: string, ip: string, { signal, beforeSend, reassign }: AssignOptions) {
    const effect = () => this.#assign(interfaceId, ip, reassign);
    return this.#script.call('ec2.assign', interfaceId, signal, effect, beforeSend);
  }

  unassign(interfaceId: string, ip: string, { signal, beforeSend }: SendOptions) {
    const effect = (): 'done' | 'notHeld' => {
      if (this.#holder(ip)?.id !== interfaceId) return 'notHeld';
      this.give(undefined, ip);
      return 'done';
    };
    return this.#script.call('ec2.unassign', interfaceId, signal, effect, beforeSend);
  }

  #assign(interfaceId: string, ip: string, reassign: boolean): void {
    const target = this.#interfaces.get(interfaceId);
    const holder = this.#holder(ip);
    if (target === undefined) throw new AddressRefusedError('interfaceGone', interfaceId, ip, 'no such interface');
    if (holder?.primaryIp === ip)
      throw new AddressRefusedError('invalid', interfaceId, ip, 'held as a primary address');
    if (holder !== undefined && !reassign) throw new AddressRefusedError('invalid', interfaceId, ip, 'held elsewhere');
    if (target.addresses.length >= this.limit) throw new AddressRefusedError('limitReached', interfaceId, ip, 'full');
    this.give(interfaceId, ip);
  }

  #holder(ip: string): NetworkInterface | undefined {
    return [...this.#interfaces.values()].find((one) => one.addresses.includes(ip));
  }
}
