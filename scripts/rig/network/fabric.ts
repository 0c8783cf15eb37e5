import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { subnetGateway } from '../../../common/domain/ipv4.ts';
import { serveNodeMetadata } from './metadata-front.ts';
import {
  type Attachment,
  type InterfaceSpec,
  inNamespace,
  makeNodeNamespace,
  type NodeSpec,
  plugInterface,
} from './node-namespace.ts';
import { type CommandResult, ipBatch, mustRun, runToEnd } from './run-command.ts';

/** Where servers of the rig (the simulated cloud, an API server) listen in the router, reachable from every node. */
const serviceIp = '198.18.0.1';
/** EC2's instance metadata address (EC2 user guide, "Instance metadata"). */
const metadataIp = '169.254.169.254';
/** Subnet of plain clients: of no VPC, so that the CNI's SNAT treats it as outside. */
const clientCidr = '198.19.0.0/24';
const voidLink = 'void0';

/** Where an address is delivered: what EC2 holds of it. */
interface Placement {
  readonly node: string;
  readonly interfaceName: string;
}

/**
 * A network like a VPC in network namespaces. The calling process, inside `enterNamespace`, is the router; a node is a namespace
 * with a veth pair for each interface. Addresses are /32 routes: `route` does what AssignPrivateIpAddresses does to packets. As in
 * a VPC, what goes to an address that nobody has is dropped in silence, what leaves an interface with a source that is not its own
 * is dropped too, and neither ARP nor its gratuitous kind decides anything.
 */
export class Fabric implements AsyncDisposable {
  readonly serviceIp = serviceIp;
  readonly #nodes = new Map<string, ReadonlyMap<string, Attachment>>();
  readonly #specs = new Map<string, NodeSpec>();
  readonly #placements = new Map<string, Placement>();
  readonly #children = new Set<ChildProcess>();
  readonly #metadataServers = new Map<string, URL>();
  #metadataFront: AsyncDisposable | undefined;
  #links = 0;
  #clients = 0;

  private constructor() {}

  /** Sets the router up for these subnets (CIDRs), whose second addresses become their gateways. */
  static async create(options: { readonly subnets: readonly string[] }): Promise<Fabric> {
    const subnets = [...options.subnets, clientCidr];
    await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
    // The filter of a link is the larger of "all" and its own.
    await writeFile('/proc/sys/net/ipv4/conf/all/rp_filter', '0');
    await ipBatch(undefined, [
      'link set dev lo up',
      `address add ${serviceIp}/32 dev lo`,
      `address add ${metadataIp}/32 dev lo`,
      // A bridge with no port and no ARP swallows what is sent to it; a route to it makes the router answer ARP for the subnet.
      `link add ${voidLink} type bridge`,
      `link set dev ${voidLink} arp off up`,
      ...subnets.flatMap((cidr) => [
        `address add ${subnetGateway(cidr)}/32 dev lo`,
        `route add ${cidr} dev ${voidLink}`,
      ]),
    ]);
    return new Fabric();
  }

  /** Makes a node, its interfaces' primary addresses routed to it. */
  async addNode(node: NodeSpec): Promise<void> {
    const attachments = node.interfaces.map((spec) => ({ spec, routerLink: `r${++this.#links}` }));
    // Known before it is made, so that closing removes one that was half made.
    this.#nodes.set(node.name, new Map(attachments.map((attachment) => [attachment.spec.name, attachment])));
    this.#specs.set(node.name, node);
    await makeNodeNamespace(node, attachments);
    for (const { name, primaryIp } of node.interfaces) await this.route(primaryIp, node.name, name);
  }

  /** Gives a node that is there an interface more, its primary address routed to it; it outlives `resetNode`. */
  async plug(nodeName: string, spec: InterfaceSpec): Promise<void> {
    const node = this.#specs.get(nodeName);
    if (node === undefined) throw new Error(`There is no node ${nodeName}.`);
    const attachment = { spec, routerLink: `r${++this.#links}` };
    this.#nodes.set(nodeName, new Map([...(this.#nodes.get(nodeName) ?? []), [spec.name, attachment]]));
    this.#specs.set(nodeName, { ...node, interfaces: [...node.interfaces, spec] });
    await plugInterface(node, attachment);
    await this.route(spec.primaryIp, nodeName, spec.name);
  }

  /** Takes an interface out of a node that runs; nothing is delivered to its addresses any more. */
  async unplug(nodeName: string, interfaceName: string): Promise<void> {
    const { routerLink } = this.#attachment(nodeName, interfaceName);
    for (const [ip, place] of this.#placements) {
      if (place.node === nodeName && place.interfaceName === interfaceName) await this.unroute(ip);
    }
    await mustRun(['ip', 'link', 'del', routerLink]);
    const [attachments, node] = [this.#nodes.get(nodeName) ?? [], this.#specs.get(nodeName)];
    this.#nodes.set(nodeName, new Map([...attachments].filter(([name]) => name !== interfaceName)));
    if (node === undefined) return;
    this.#specs.set(nodeName, { ...node, interfaces: node.interfaces.filter(({ name }) => name !== interfaceName) });
  }

  /** Makes a node's network anew, as it is after a boot: what was put on its links is gone, what EC2 delivers to it is not. */
  async resetNode(nodeName: string): Promise<void> {
    const spec = this.#specs.get(nodeName);
    if (spec === undefined) throw new Error(`There is no node ${nodeName}.`);
    const attachments = spec.interfaces.map(({ name }) => this.#attachment(nodeName, name));
    for (const { routerLink } of attachments) await mustRun(['ip', 'link', 'del', routerLink]);
    await mustRun(['ip', 'netns', 'del', nodeName]);
    await makeNodeNamespace(spec, attachments);
    await this.#routeAgain(nodeName);
  }

  /** Makes a plain client outside the subnets; gives its name and address. */
  async addClient(name = `client${this.#clients + 1}`): Promise<{ readonly name: string; readonly ip: string }> {
    const number = ++this.#clients;
    const ip = `198.19.0.${9 + number}`;
    const mac = `02:c1:00:00:00:${number.toString(16).padStart(2, '0')}`;
    await this.addNode({ name, interfaces: [{ name: 'eth0', mac, subnetCidr: clientCidr, primaryIp: ip }] });
    return { name, ip };
  }

  /**
   * Makes a pod of a node as the VPC CNI does: a veth pair whose host end is `eni` and 11 hex digits, a /32 route and the rule to it at
   * priority 512. Gives the name of the pod's namespace.
   */
  async addPod(nodeName: string, interfaceName: string, ip: string): Promise<string> {
    const pod = `pod-${ip}`;
    const hostLink = `eni${createHash('sha1').update(pod).digest('hex').slice(0, 11)}`;
    await mustRun(['ip', 'netns', 'add', pod]);
    this.#nodes.set(pod, new Map());
    await ipBatch(nodeName, [
      `link add ${hostLink} type veth peer name eth0 netns ${pod}`,
      `link set dev ${hostLink} up`,
      `route add ${ip}/32 dev ${hostLink} scope link`,
      `rule add to ${ip} priority 512 lookup main`,
    ]);
    await mustRun(inNamespace(nodeName, ['sh', '-c', `echo 1 > /proc/sys/net/ipv4/conf/${hostLink}/proxy_arp`]));
    await mustRun(inNamespace(nodeName, ['sh', '-c', `echo 0 > /proc/sys/net/ipv4/neigh/${hostLink}/proxy_delay`]));
    await ipBatch(pod, [
      'link set dev lo up',
      'link set dev eth0 up',
      `address add ${ip}/32 dev eth0`,
      'route add 169.254.1.1 dev eth0 scope link',
      'route add default via 169.254.1.1 dev eth0',
    ]);
    await this.route(ip, nodeName, interfaceName);
    return pod;
  }

  /** Delivers the address to an interface of a node, wherever it was before. */
  async route(ip: string, nodeName: string, interfaceName: string): Promise<void> {
    const { routerLink, spec } = this.#attachment(nodeName, interfaceName);
    await ipBatch(undefined, [
      // A VPC knows which interface has an address; it does not ask the host.
      `neigh replace ${ip} lladdr ${spec.mac} nud permanent dev ${routerLink}`,
      `route replace ${ip}/32 dev ${routerLink} scope link`,
    ]);
    const before = this.#placements.get(ip);
    this.#placements.set(ip, { node: nodeName, interfaceName });
    if (before !== undefined && !(before.node === nodeName && before.interfaceName === interfaceName)) {
      await this.#forgetNeighbour(ip, before);
    }
  }

  /** Delivers the address to nobody; one that nobody has is fine. */
  async unroute(ip: string): Promise<void> {
    const before = this.#placements.get(ip);
    if (before === undefined) return;
    this.#placements.delete(ip);
    await ipBatch(undefined, [`route del ${ip}/32`]);
    await this.#forgetNeighbour(ip, before);
  }

  /** Takes the node off the network, as a dead or partitioned one is; its addresses stay its own. */
  async cut(nodeName: string): Promise<void> {
    await ipBatch(
      undefined,
      this.#routerLinks(nodeName).map((link) => `link set dev ${link} down`),
    );
  }

  /** Puts a node back that was cut off. */
  async mend(nodeName: string): Promise<void> {
    await ipBatch(
      undefined,
      this.#routerLinks(nodeName).map((link) => `link set dev ${link} up`),
    );
    await this.#routeAgain(nodeName);
  }

  /** Drops what goes between a node and an address of the router (a server of the rig), in silence and of connections that are open, too; needs nft. */
  async cutFrom(nodeName: string, ip: string): Promise<void> {
    const table = cutTable(nodeName);
    const rules = this.#routerLinks(nodeName).flatMap((link) => [
      `add rule ip ${table} in iifname ${link} ip daddr ${ip} drop`,
      // What a server sends is heard without its being told so: the node would still learn what it watches.
      `add rule ip ${table} out oifname ${link} ip saddr ${ip} drop`,
    ]);
    const chains = ['in', 'out'].map(
      (name) => `add chain ip ${table} ${name} { type filter hook ${name}put priority 0; }`,
    );
    await mustRun(['nft', '-f', '-'], [`add table ip ${table}`, ...chains, ...rules, ''].join('\n'));
  }

  /** Takes back every `cutFrom` of a node. */
  async mendFrom(nodeName: string): Promise<void> {
    await mustRun(['nft', 'delete', 'table', 'ip', cutTable(nodeName)]);
  }

  /** Makes 169.254.169.254:80 of this node reach a server of the router, e.g. `http://198.18.0.1:4000`. */
  async serveMetadata(nodeName: string, url: string): Promise<void> {
    this.#metadataServers.set(nodeName, new URL(url));
    this.#metadataFront ??= await serveNodeMetadata(metadataIp, (clientIp) => {
      const node = this.#placements.get(clientIp)?.node;
      return node === undefined ? undefined : this.#metadataServers.get(node);
    });
  }

  /** Starts a program in a node; it ends with the fabric at the latest. */
  exec(nodeName: string, argv: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const [file = '', ...args] = inNamespace(nodeName, argv);
    const child = spawn(file, args, options);
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    child.once('error', () => this.#children.delete(child));
    return child;
  }

  /** Runs a program in a node to its end. */
  run(nodeName: string, argv: readonly string[], env?: NodeJS.ProcessEnv): Promise<CommandResult> {
    return runToEnd(inNamespace(nodeName, argv), '', env);
  }

  /** Ends every program that it started and removes what it made, but for the router's own addresses. */
  async close(): Promise<void> {
    const ended = [...this.#children].map((child) => once(child, 'exit'));
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(ended);
    await this.#metadataFront?.[Symbol.asyncDispose]();
    for (const [name, attachments] of this.#nodes) {
      // Of a node that was half made some are missing.
      for (const { routerLink } of attachments.values()) await runToEnd(['ip', 'link', 'del', routerLink]);
      await runToEnd(['ip', 'netns', 'del', name]);
    }
    this.#nodes.clear();
    await ipBatch(undefined, [`link del ${voidLink}`, 'address flush dev lo scope global']);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The kernel drops the routes with a link that goes down. */
  async #routeAgain(nodeName: string): Promise<void> {
    for (const [ip, { node, interfaceName }] of this.#placements) {
      if (node === nodeName) await this.route(ip, nodeName, interfaceName);
    }
  }

  async #forgetNeighbour(ip: string, { node, interfaceName }: Placement): Promise<void> {
    // Flushed, not deleted: of a node that is cut off it went with the link.
    const link = this.#attachment(node, interfaceName).routerLink;
    await ipBatch(undefined, [`neigh flush to ${ip} dev ${link} nud permanent`]);
  }

  #routerLinks(nodeName: string): string[] {
    return [...(this.#nodes.get(nodeName)?.values() ?? [])].map((attachment) => attachment.routerLink);
  }

  #attachment(nodeName: string, interfaceName: string): Attachment {
    const found = this.#nodes.get(nodeName)?.get(interfaceName);
    if (found === undefined) throw new Error(`There is no interface ${interfaceName} of a node ${nodeName}.`);
    return found;
  }
}

function cutTable(nodeName: string): string {
  return `cut_${nodeName.replaceAll(/[^a-z0-9]/g, '_')}`;
}
