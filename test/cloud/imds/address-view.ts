import { AddressHistory } from '../ec2/address-history.ts';
import type { Ec2State, ImdsInterface } from '../ec2/ec2-state.ts';

/**
 * What one instance's IMDS shows of its interfaces: as old as EC2's `imdsLagMs` says, or this instance's own lag, or
 * frozen. Seen in the field: 0.76 s and more (amazon-vpc-cni-k8s #1872).
 */
export class AddressView {
  /** this instance's own lag, ms; undefined = `Ec2State.imdsLagMs` */
  lagMs: number | undefined;
  readonly #instanceId: string;
  readonly #ec2: Ec2State;
  readonly #history = new AddressHistory();
  #frozen: readonly ImdsInterface[] | undefined;

  constructor(instanceId: string, ec2: Ec2State) {
    this.#instanceId = instanceId;
    this.#ec2 = ec2;
    for (const { id, addresses } of ec2.interfaces()) this.#history.record(id, ec2.now(), addresses);
    ec2.onAddressChange(({ from, to }) => {
      for (const id of [from, to]) this.#remember(id);
    });
  }

  /** By device number; addresses with the primary first. */
  interfaces(): readonly ImdsInterface[] {
    if (this.#frozen !== undefined) return this.#frozen;
    const { lagMs } = this;
    const current = this.#ec2.imdsInterfaces(this.#instanceId);
    if (lagMs === undefined) return current;
    const at = this.#ec2.now() - lagMs;
    return current.map((item) => ({ ...item, addresses: this.#history.at(item.id, at) }));
  }

  /** From now on the answers stay as they are. */
  freeze(): void {
    this.#frozen = this.interfaces();
  }

  thaw(): void {
    this.#frozen = undefined;
  }

  #remember(interfaceId: string | undefined): void {
    const item = interfaceId === undefined ? undefined : this.#ec2.interface(interfaceId);
    if (item !== undefined) this.#history.record(item.id, this.#ec2.now(), item.addresses);
  }
}
