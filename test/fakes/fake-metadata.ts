import type { CallOptions } from '../../common/ports/call-options.ts';
import type { InstanceIdentity, InstanceMetadata, MetadataInterface } from '../../common/ports/instance-metadata.ts';
import type { FakeEc2 } from './fake-ec2.ts';
import type { Script } from './script.ts';

/** The metadata service of one instance: EC2's view, unless a test says that it lags. */
export class FakeMetadata implements InstanceMetadata {
  /** By MAC: what is listed in place of the truth. */
  readonly stale = new Map<string, readonly string[]>();
  readonly #script: Script;
  readonly #ec2: FakeEc2;
  readonly #identity: InstanceIdentity;
  readonly #subnetCidr: string;

  constructor(script: Script, ec2: FakeEc2, identity: InstanceIdentity, subnetCidr: string) {
    this.#script = script;
    this.#ec2 = ec2;
    this.#identity = identity;
    this.#subnetCidr = subnetCidr;
  }

  prepare({ signal }: CallOptions) {
    return this.#script.call('imds.prepare', '', signal, () => undefined);
  }

  identity({ signal }: CallOptions) {
    return this.#script.call('imds.identity', '', signal, () => this.#identity);
  }

  interfaces(macs: readonly string[], { signal }: CallOptions) {
    return this.#script.call('imds.interfaces', '', signal, () => this.#own().filter(({ mac }) => macs.includes(mac)));
  }

  localAddresses(mac: string, { signal }: CallOptions) {
    const listed = () => [...(this.#own().find((one) => one.mac === mac)?.addresses ?? [])];
    return this.#script.call('imds.localAddresses', '', signal, listed);
  }

  #own(): MetadataInterface[] {
    return this.#ec2.interfacesOf(this.#identity.instanceId).map((one) => ({
      mac: one.mac,
      interfaceId: one.id,
      subnetId: one.subnetId,
      subnetCidr: this.#subnetCidr,
      deviceNumber: one.deviceIndex ?? 0,
      addresses: this.stale.get(one.mac) ?? one.addresses,
    }));
  }
}
