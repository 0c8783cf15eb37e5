import { AddressHistory, type AddressMove } from './address-history.ts';
import type { NetworkInterface } from './model.ts';

/** Who holds which address, with every move since the start. The one place that changes an interface's addresses. */
export class AddressBook {
  /** oldest first, those of the start included (`from` undefined) */
  readonly moves: AddressMove[] = [];
  readonly #holders = new Map<string, NetworkInterface>();
  readonly #history = new AddressHistory();
  readonly #listeners = new Set<(move: AddressMove) => void>();

  holderOf(vpcId: string, ip: string): NetworkInterface | undefined {
    return this.#holders.get(`${vpcId} ${ip}`);
  }

  /** The interface's addresses as they were at a time; before it existed, those it began with. */
  addressesAt(interfaceId: string, at: number): readonly string[] {
    return this.#history.at(interfaceId, at);
  }

  /** Calls back at each move, in the moment it happens and after the whole change. Returns the way to stop. */
  onMove(listener: (move: AddressMove) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Gives the interface exactly these addresses. One that another interface holds leaves it in the same moment, so it is
   * never free and never held twice.
   */
  set(item: NetworkInterface, addresses: readonly string[], at: number): void {
    const moves: AddressMove[] = [];
    const { vpcId } = item;
    for (const ip of item.addresses.filter((old) => !addresses.includes(old))) {
      this.#holders.delete(`${vpcId} ${ip}`);
      moves.push({ at, vpcId, ip, from: item.id, to: undefined });
    }
    for (const ip of addresses.filter((wanted) => !item.addresses.includes(wanted))) {
      const holder = this.holderOf(vpcId, ip);
      if (holder) this.#write(holder, at, without(holder.addresses, ip));
      this.#holders.set(`${vpcId} ${ip}`, item);
      moves.push({ at, vpcId, ip, from: holder?.id, to: item.id });
    }
    this.#write(item, at, addresses);
    for (const move of moves) this.#announce(move);
  }

  #write(item: NetworkInterface, at: number, addresses: readonly string[]): void {
    item.addresses = [...addresses];
    this.#history.record(item.id, at, addresses);
  }

  #announce(move: AddressMove): void {
    this.moves.push(move);
    for (const listener of this.#listeners) listener(move);
  }
}

const without = (addresses: readonly string[], ip: string): string[] => addresses.filter((held) => held !== ip);
