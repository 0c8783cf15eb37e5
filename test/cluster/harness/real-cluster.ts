import { Resolver } from 'node:dns/promises';
import { appImageArchive } from '../../../scripts/rig/app-images.ts';
import { type KubeCluster, startKubeCluster } from '../../../scripts/rig/kube-cluster.ts';
import type { NodeKind } from '../../../scripts/rig/network/follow-cloud.ts';
import { mustRun } from '../../../scripts/rig/network/run-command.ts';
import type { PodNode } from '../../../scripts/rig/nodes/pod-node.ts';
import { productImageArchive } from '../../../scripts/rig/product-images.ts';
import { defaultPrincipal, type Topology } from '../../cloud/topology.ts';
import { type Gate, openGate } from '../../e2e/harness/gate.ts';
import { cluster, nodeName, World } from '../../e2e/harness/world.ts';
import { type Ended, firecamp } from '../../orchestrator/commands/firecamp.ts';
import { type ClusterServices, startServices } from './cluster-services.ts';
import { makePodNode } from './make-pod-node.ts';
import { NodeObjects } from './node-objects.ts';
import { clusterTopology, type NodeChoice } from './topology.ts';

/** Addresses of the Services that every cluster has. */
const apiServiceIp = '10.96.0.1';
const dnsServiceIp = '10.96.0.10';

export interface RealClusterOptions {
  readonly nodes: readonly NodeChoice[];
  /** By node name. */
  readonly kinds?: Readonly<Record<string, NodeKind>>;
  /** Parts of the account, which may depend on the control plane: it runs by then. */
  readonly topology?: (kube: KubeCluster) => Promise<Partial<Topology>>;
  /** Archives of images that pods name, besides the product's own. */
  readonly images: readonly string[];
}

/**
 * A Kubernetes cluster as a user has it: a control plane, nodes with kubelet and containerd on a network like a VPC, the simulated account as
 * AWS, CoreDNS, and EBS volumes. The calling process is the router, inside `enterNamespace`.
 */
export class RealCluster implements AsyncDisposable {
  readonly world: World;
  readonly kube: KubeCluster;
  readonly nodes: ReadonlyMap<string, PodNode>;
  readonly nodeObjects: NodeObjects;
  readonly services: ClusterServices;
  /** Where members' names are. */
  readonly domain = `${cluster}-firecamp.com`;
  /** Ended with the cluster, the last first. */
  readonly closing: AsyncDisposableStack;
  readonly #resolver = new Resolver({ timeout: 1_000, tries: 2 });

  private constructor(parts: {
    world: World;
    kube: KubeCluster;
    nodes: ReadonlyMap<string, PodNode>;
    services: ClusterServices;
    closing: AsyncDisposableStack;
  }) {
    this.world = parts.world;
    this.kube = parts.kube;
    this.nodes = parts.nodes;
    this.services = parts.services;
    this.nodeObjects = new NodeObjects(parts.kube);
    this.closing = parts.closing;
    this.#resolver.setServers([parts.services.dns.address]);
  }

  /** Starts everything; returns when every node is Ready. */
  static async start(options: RealClusterOptions): Promise<RealCluster> {
    await using failing = new AsyncDisposableStack();
    const names = options.nodes.map((_, index) => `node-${index + 1}`);
    const kube = await startKubeCluster({ kubelets: names });
    failing.defer(() => kube.stop());
    const topology = clusterTopology(options.nodes, await options.topology?.(kube));
    // The VPC's resolver is at port 53, where resolv.conf of the nodes has it.
    const cloud = { ports: { dns: 53 } };
    const world = failing.use(await World.start({ topology, api: kube, cloud, kinds: options.kinds ?? {} }));
    for (const ip of [apiServiceIp, dnsServiceIp]) await mustRun(['ip', 'address', 'add', `${ip}/32`, 'dev', 'lo']);
    failing.use(await openApi(kube));
    const services = failing.use(await startServices(world, kube, dnsServiceIp));
    const images = [await appImageArchive('pause'), await productImageArchive('member'), ...options.images];
    const nodes = new Map<string, PodNode>();
    // They go before what they talk to, and all at once.
    failing.defer(async () => void (await Promise.all([...nodes.values()].map((node) => node.machine.powerOff()))));
    const add = async (_: unknown, index: number) => {
      const node = await makePodNode({ world, kube, images, apiServiceIp, dnsServiceIp }, index);
      nodes.set(node.name, node);
      await services.addNode(node);
      await node.boot();
    };
    await Promise.all(topology.instances.map(add));
    const starting = new RealCluster({ world, kube, nodes, services, closing: new AsyncDisposableStack() });
    await starting.nodeObjects.ready(names);
    starting.closing.use(failing.move());
    return starting;
  }

  /** The node of this name. */
  node(name: string): PodNode {
    const found = this.nodes.get(name);
    if (found === undefined) throw new Error(`There is no node ${name}.`);
    return found;
  }

  /** A node loses its power, and the network with it. */
  async die(name: string): Promise<void> {
    await this.node(name).die();
  }

  /** Boots a node that runs or has died, with the same disk; returns when it is Ready again. */
  async reboot(name: string): Promise<void> {
    await this.node(name).reboot();
    await this.nodeObjects.ready([name]);
  }

  /** Names of the nodes that have power. */
  liveNodes(): string[] {
    return [...this.nodes.values()].filter(({ machine }) => machine.running).map(({ name }) => name);
  }

  /** Runs the command line as an engineer would, with rights to the whole account. */
  firecamp(args: readonly string[], stdin = ''): Promise<Ended> {
    // What restarts real pods one after the other takes its time.
    return firecamp(args, { cwd: this.world.dir, env: this.engineer(), stdin, timeoutMs: 600_000 });
  }

  /** As `firecamp`, for a command that must succeed; gives what it printed. */
  async done(args: readonly string[], stdin = ''): Promise<string> {
    const { code, stdout, stderr } = await this.firecamp(args, stdin);
    if (code !== 0) throw new Error(`firecamp ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** What an engineer's shell has. */
  engineer(): Record<string, string> {
    return {
      ...this.endpoints(),
      PATH: process.env['PATH'] ?? '',
      KUBECONFIG: this.kube.kubeconfig,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: defaultPrincipal.accessKeyId,
      AWS_SECRET_ACCESS_KEY: defaultPrincipal.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      FIRECAMP_CLUSTER: cluster,
      NO_COLOR: '1',
    };
  }

  /** Where AWS is: what a service file's `settings` have for interface endpoints in a VPC. */
  endpoints(): Record<string, string> {
    const { endpoints } = this.world.cloud;
    return {
      AWS_ENDPOINT_URL_EC2: endpoints.ec2,
      AWS_ENDPOINT_URL_ROUTE_53: endpoints.route53,
      AWS_ENDPOINT_URL_STS: endpoints.sts,
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: endpoints.servicequotas,
      AWS_ENDPOINT_URL_DYNAMODB: `http://${this.world.fabric.serviceIp}:${this.world.dynamoGate.port}`,
    };
  }

  /** The settings of members' containers that lead them to the account. */
  memberEndpoints(dbType: 'clouddb' | 'k8sdb'): Record<string, string> {
    const {
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: _quotas,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb = '',
      ...rest
    } = this.endpoints();
    return dbType === 'clouddb' ? { ...rest, AWS_ENDPOINT_URL_DYNAMODB: dynamoDb } : rest;
  }

  /** Primary address of a node. */
  addressOf(node: string): string | undefined {
    const { topology } = this.world.cloud;
    return topology.instances.find(({ id }) => nodeName(topology, id) === node)?.interfaces[0]?.primaryIp;
  }

  /** The nodes among these that have the address on a link, an entry for each time. */
  async hostsWith(ip: string, among: readonly string[]): Promise<string[]> {
    const asked = among.map(async (node) => {
      const { stdout } = await this.world.fabric.run(node, ['ip', '-j', '-4', 'addr', 'show', 'to', `${ip}/32`]);
      const links = JSON.parse(stdout || '[]') as { readonly addr_info?: readonly { readonly local?: string }[] }[];
      return links.flatMap(({ addr_info = [] }) => addr_info.filter(({ local }) => local === ip).map(() => node));
    });
    return (await Promise.all(asked)).flat();
  }

  /** What the cluster's DNS answers for a name; empty where there is no such name. */
  async lookUp(name: string): Promise<string[]> {
    try {
      return await this.#resolver.resolve4(name);
    } catch (error) {
      if (['ENODATA', 'ENOTFOUND'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  }

  /** Cuts a node off from the API server, and from nothing else. */
  cutFromApi(name: string): Promise<void> {
    return this.world.fabric.cutFrom(name, apiServiceIp);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closing.disposeAsync();
  }
}

/** The API server at the address that pods are given for it. */
function openApi(kube: KubeCluster): Promise<Gate> {
  return openGate(apiServiceIp, Number(new URL(kube.url).port), 443);
}
