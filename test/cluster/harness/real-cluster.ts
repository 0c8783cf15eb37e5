import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type KubeCluster, startKubeCluster } from '../../../scripts/rig/kube-cluster.ts';
import type { NodeKind } from '../../../scripts/rig/network/follow-cloud.ts';
import { mustRun } from '../../../scripts/rig/network/run-command.ts';
import { PodNode } from '../../../scripts/rig/nodes/pod-node.ts';
import { defaultPrincipal, type Topology } from '../../cloud/topology.ts';
import { type Gate, openGate } from '../../e2e/harness/gate.ts';
import { eventually } from '../../e2e/harness/standing.ts';
import { cluster, nodeName, World } from '../../e2e/harness/world.ts';
import { type Ended, firecamp } from '../../orchestrator/commands/firecamp.ts';
import { type ClusterServices, startServices } from './cluster-services.ts';
import { clusterTopology, type NodeChoice } from './topology.ts';

/** Addresses of the Services that every cluster has. */
const apiServiceIp = '10.96.0.1';
const dnsServiceIp = '10.96.0.10';

export interface RealClusterOptions {
  readonly nodes: readonly NodeChoice[];
  /** By node name. */
  readonly kinds?: Readonly<Record<string, NodeKind>>;
  readonly topology?: Partial<Topology>;
  /** Archives of images besides the product's own. */
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
  readonly services: ClusterServices;
  readonly #closers: AsyncDisposableStack;

  private constructor(parts: {
    world: World;
    kube: KubeCluster;
    nodes: ReadonlyMap<string, PodNode>;
    services: ClusterServices;
    closers: AsyncDisposableStack;
  }) {
    this.world = parts.world;
    this.kube = parts.kube;
    this.nodes = parts.nodes;
    this.services = parts.services;
    this.#closers = parts.closers;
  }

  /** Starts everything; returns when every node is Ready. */
  static async start(options: RealClusterOptions): Promise<RealCluster> {
    await using failing = new AsyncDisposableStack();
    const topology = clusterTopology(options.nodes, options.topology);
    const names = topology.instances.map(({ id }) => nodeName(topology, id));
    const kube = await startKubeCluster({ kubelets: names });
    failing.defer(() => kube.stop());
    // The VPC's resolver is at port 53, where resolv.conf of the nodes has it.
    const cloud = { ports: { dns: 53 } };
    const world = failing.use(await World.start({ topology, api: kube, cloud, kinds: options.kinds ?? {} }));
    for (const ip of [apiServiceIp, dnsServiceIp]) await mustRun(['ip', 'address', 'add', `${ip}/32`, 'dev', 'lo']);
    failing.use(await openApi(kube));
    const services = failing.use(await startServices({ world, kube, dnsIp: dnsServiceIp }));
    const nodes = new Map<string, PodNode>();
    // They go before what they talk to, and all at once.
    failing.defer(async () => void (await Promise.all([...nodes.values()].map((node) => node.machine.powerOff()))));
    const add = async (_: unknown, index: number) => {
      const node = await podNode(world, kube, options.images, index);
      nodes.set(node.name, node);
      await node.boot();
      await services.addNode(node);
    };
    await Promise.all(topology.instances.map(add));
    const closers = failing.move();
    const started = new RealCluster({ world, kube, nodes, services, closers });
    await started.nodesReady(names);
    return started;
  }

  /** The node of this name. */
  node(name: string): PodNode {
    const found = this.nodes.get(name);
    if (found === undefined) throw new Error(`There is no node ${name}.`);
    return found;
  }

  /** Resolves when these nodes are Ready and may be scheduled to. */
  async nodesReady(names: readonly string[]): Promise<void> {
    for (const name of names) await eventually(`node ${name} is ready`, () => isReady(this.kube, name), 60_000);
  }

  /** Runs the command line as an engineer would, with rights to the whole account. */
  firecamp(args: readonly string[], stdin = ''): Promise<Ended> {
    return firecamp(args, { cwd: this.world.dir, env: this.engineer(), stdin });
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

  /** Cuts a node off from the API server, and from nothing else. */
  cutFromApi(name: string): Promise<void> {
    return this.world.fabric.cutFrom(name, apiServiceIp);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closers.disposeAsync();
  }
}

/** The API server at the address that pods are given for it. */
function openApi(kube: KubeCluster): Promise<Gate> {
  return openGate(apiServiceIp, Number(new URL(kube.url).port), 443);
}

async function podNode(world: World, kube: KubeCluster, images: readonly string[], index: number): Promise<PodNode> {
  const { topology, endpoints } = world.cloud;
  const instance = topology.instances[index];
  const [first] = instance?.interfaces ?? [];
  if (instance === undefined || first === undefined)
    throw new Error(`There is no node ${index + 1} with an interface.`);
  const name = nodeName(topology, instance.id);
  const zone = topology.subnets.find(({ id }) => id === first.subnetId)?.zone ?? '';
  const folder = join(world.dir, name);
  await mkdir(folder);
  await world.fabric.serveMetadata(name, endpoints.imds[instance.id] ?? '');
  return PodNode.create(world.fabric, {
    name,
    node: { address: first.primaryIp, zone, providerId: `aws:///${zone}/${instance.id}` },
    cluster: { server: kube.server, url: `https://${apiServiceIp}`, clusterDns: dnsServiceIp },
    podCidr: `10.244.${index + 1}.0/24`,
    resolvConf: `nameserver ${world.fabric.serviceIp}\n`,
    images,
    folder,
  });
}

interface NodeObject {
  readonly spec: { readonly taints?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

async function isReady(kube: KubeCluster, name: string): Promise<boolean> {
  const node = (await kube.admin('GET', `/api/v1/nodes/${name}`).catch(() => undefined)) as NodeObject | undefined;
  const ready = node?.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && !node?.spec.taints?.length;
}
