import type { CallOptions } from '../../common/ports/call-options.ts';
import type { HostLink, HostNetwork, SourceRoute, VpcCniEvidence } from '../../common/ports/host.ts';
import type { Script } from './script.ts';

/** The network of one node: links, the addresses on them, and the routes made for those. */
export class FakeHost implements HostNetwork {
  readonly addresses = new Map<string, string>();
  readonly routes = new Map<string, SourceRoute>();
  cni: VpcCniEvidence = 'absent';
  readonly #script: Script;
  readonly #links: readonly HostLink[];

  constructor(script: Script, links: readonly HostLink[]) {
    this.#script = script;
    this.#links = links;
  }

  links({ signal }: CallOptions) {
    return this.#script.call('host.links', '', signal, () => [...this.#links]);
  }

  vpcCni({ signal }: CallOptions) {
    return this.#script.call('host.vpcCni', '', signal, () => this.cni);
  }

  findAddress(ip: string, { signal }: CallOptions) {
    return this.#script.call('host.findAddress', '', signal, () => this.addresses.get(ip));
  }

  attach(ip: string, linkName: string, _lifetimeSeconds: number, { signal }: CallOptions) {
    return this.#script.call('host.attach', linkName, signal, () => void this.addresses.set(ip, linkName));
  }

  detach(ip: string, { signal }: CallOptions) {
    return this.#script.call('host.detach', '', signal, () => this.addresses.delete(ip));
  }

  addSourceRoute(route: SourceRoute, { signal }: CallOptions) {
    return this.#script.call('host.addSourceRoute', '', signal, () => void this.routes.set(route.ip, route));
  }

  removeSourceRoutes(ip: string, { signal }: CallOptions) {
    return this.#script.call('host.removeSourceRoutes', '', signal, () => void this.routes.delete(ip));
  }

  announce(_ip: string, linkName: string, { signal }: CallOptions) {
    return this.#script.call('host.announce', linkName, signal, () => undefined);
  }
}
