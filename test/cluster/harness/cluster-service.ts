import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AddressOwner } from '../../../common/domain/records.ts';
import { RecordNotFoundError } from '../../../common/ports/record-store.ts';
import type { ServiceStatus } from '../../../orchestrator/status/service-status.ts';
import { nodeName } from '../../e2e/harness/world.ts';
import { disagreements, disagreementsText, type MemberTruth } from './member-truth.ts';
import type { Namespace } from './namespace.ts';
import type { RealCluster } from './real-cluster.ts';
import { type ServiceFile, serviceFileText } from './service-file.ts';

/** A pod as the API server has it; what tests look at. */
export interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase: string;
    readonly hostIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly restartCount: number;
  readonly ready: boolean;
  readonly state: {
    readonly running?: { readonly startedAt: string };
    readonly terminated?: { readonly exitCode: number; readonly message?: string };
    readonly waiting?: { readonly reason?: string; readonly message?: string };
  };
  readonly lastState: ContainerStatus['state'];
}

const signal = new AbortController().signal;

/** A service that the command line made on a real cluster, looked at layer by layer. */
export class ClusterService {
  readonly name: string;
  readonly namespace: Namespace;
  readonly #cluster: RealCluster;
  #addresses: readonly (string | undefined)[] = [];

  private constructor(cluster: RealCluster, namespace: Namespace, name: string) {
    this.#cluster = cluster;
    this.namespace = namespace;
    this.name = name;
  }

  /** `firecamp create` with these flags; returns as soon as that does, with no member up yet. */
  static async create(
    cluster: RealCluster,
    namespace: Namespace,
    file: ServiceFile,
    flags: readonly string[] = [],
  ): Promise<ClusterService> {
    const path = join(cluster.world.dir, `${namespace.name}-${file.name}.yaml`);
    await writeFile(path, serviceFileText(cluster, namespace, file));
    await cluster.done(['create', '-f', path, ...flags]);
    const service = new ClusterService(cluster, namespace, file.name);
    await service.status();
    return service;
  }

  /** Static addresses by ordinal, as of the last `status`. */
  get addresses(): readonly (string | undefined)[] {
    return this.#addresses;
  }

  /** What `firecamp status` says. */
  async status(): Promise<ServiceStatus> {
    const status = JSON.parse(await this.firecamp('status', this.name, '-o', 'json')) as ServiceStatus;
    this.#addresses = status.members.map(({ staticIp }) => staticIp);
    return status;
  }

  /** Runs a verb in the service's namespace; it must succeed. */
  firecamp(verb: string, ...args: readonly string[]): Promise<string> {
    return this.#cluster.done([...verb.split(' '), '-n', this.namespace.name, ...args]);
  }

  memberName(ordinal: number): string {
    return `${this.name}-${ordinal}`;
  }

  /** The member's pod, or undefined. */
  async pod(ordinal: number): Promise<Pod | undefined> {
    try {
      return (await this.#cluster.kube.admin('GET', this.#podPath(ordinal))) as Pod;
    } catch (error) {
      if ((error as { status?: number }).status === 404) return undefined;
      throw error;
    }
  }

  /** `kubectl delete pod`; with 0 seconds of grace it is `--force`. Returns at once. */
  async deletePod(ordinal: number, graceSeconds?: number): Promise<void> {
    const options = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds };
    await this.#cluster.kube.admin('DELETE', this.#podPath(ordinal), options);
  }

  /** A container of the member's pod, by the first part of its name (`memberinit`, `memberstop`) or the service's name. */
  async container(ordinal: number, name: string): Promise<ContainerStatus | undefined> {
    const pod = await this.pod(ordinal);
    const all = [...(pod?.status.initContainerStatuses ?? []), ...(pod?.status.containerStatuses ?? [])];
    return all.find((one) => one.name === name || one.name === `${name}-${this.name}`);
  }

  /** The Events that firecamp's containers of the member's present pod have told. */
  async events(ordinal: number): Promise<ToldEvent[]> {
    const uid = (await this.pod(ordinal))?.metadata.uid;
    const path = `/apis/events.k8s.io/v1/namespaces/${this.namespace.name}/events`;
    const { items } = (await this.#cluster.kube.admin('GET', path)) as { readonly items: readonly ToldEvent[] };
    return items.filter(
      ({ regarding, reportingController }) => regarding.uid === uid && reportingController?.startsWith('firecamp-'),
    );
  }

  /** Runs a command in the member's main container, where it is; what it printed. */
  async exec(ordinal: number, argv: readonly string[]): Promise<string> {
    const main = await this.container(ordinal, this.name);
    const node = (await this.pod(ordinal))?.spec.nodeName ?? '';
    if (main?.containerID === undefined) throw new Error(`${this.memberName(ordinal)} has no main container`);
    return await this.#cluster.node(node).exec(main.containerID, argv);
  }

  /** The member as each layer has it now. Hosts are looked for among `hosts`, those with power unless told. */
  async truth(ordinal: number, hosts: readonly string[] = this.#cluster.liveNodes()): Promise<MemberTruth> {
    const address = this.#addresses[ordinal];
    const [pod, record, onHosts, dns] = await Promise.all([
      this.pod(ordinal),
      address === undefined ? undefined : this.#owner(address),
      address === undefined ? [] : this.#cluster.hostsWith(address, hosts),
      this.#cluster.lookUp(`${this.memberName(ordinal)}.${this.#cluster.domain}`),
    ]);
    return { pod: pod && podTruth(pod), address, record, ec2: address && this.#holder(address), hosts: onHosts, dns };
  }

  /**
   * Resolves when every layer agrees that each of these members is where its Ready pod is, and `firecamp status` says so, too.
   *
   * @throws Error that names each member and layer that disagrees when the time is over.
   */
  async agree(ordinals: readonly number[], options: AgreeOptions = {}): Promise<void> {
    const { withinMs = 60_000, hosts } = options;
    const until = Date.now() + withinMs;
    for (;;) {
      const texts = await Promise.all(ordinals.map((ordinal) => this.#disagreement(ordinal, hosts)));
      const text = texts.filter(Boolean).join('\n');
      if (text === '') return this.#statusAgrees(ordinals, until);
      if (Date.now() > until) throw new Error(`not within ${withinMs} ms:\n${text}\n${await this.#troubles(ordinals)}`);
      await sleep(100);
    }
  }

  async #disagreement(ordinal: number, hosts: readonly string[] | undefined): Promise<string> {
    const truth = await this.truth(ordinal, hosts);
    const nodeAddress = truth.pod && this.#cluster.addressOf(truth.pod.node);
    return disagreementsText(this.memberName(ordinal), disagreements(truth, nodeAddress));
  }

  async #statusAgrees(ordinals: readonly number[], until: number): Promise<void> {
    for (;;) {
      const { members, summary } = await this.status();
      const odd = ordinals.filter((ordinal) => members[ordinal]?.agrees !== 'True');
      if (odd.length === 0) return;
      if (Date.now() > until) throw new Error(`every layer agrees, but firecamp status says: ${summary}`);
      await sleep(200);
    }
  }

  /** What containers and Events of the members say, for the message of a test. */
  async #troubles(ordinals: readonly number[]): Promise<string> {
    const { members } = await this.status();
    const told = ordinals.map((ordinal) => JSON.stringify(members[ordinal]?.pod));
    return told.join('\n');
  }

  async #owner(ip: string): Promise<AddressOwner | undefined> {
    try {
      return (await this.namespace.store.get('staticIp', { ip }, { signal })).record.owner;
    } catch (error) {
      if (error instanceof RecordNotFoundError) return undefined;
      throw error;
    }
  }

  #holder(ip: string): string | undefined {
    const { cloud } = this.#cluster.world;
    const holder = cloud.ec2.holderOf(ip);
    const attachment = holder === undefined ? undefined : cloud.ec2.interface(holder)?.attachment;
    return attachment && nodeName(cloud.topology, attachment.instanceId);
  }

  #podPath(ordinal: number): string {
    return `/api/v1/namespaces/${this.namespace.name}/pods/${this.memberName(ordinal)}`;
  }
}

interface ToldEvent {
  readonly reason: string;
  readonly note: string;
  readonly regarding: { readonly uid?: string };
  readonly reportingController?: string;
}

interface AgreeOptions {
  readonly withinMs?: number;
  /** Nodes whose hosts count: those that can be reached. */
  readonly hosts?: readonly string[];
}

function podTruth({ metadata, spec, status }: Pod): MemberTruth['pod'] {
  const ready = status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
  return { uid: metadata.uid, node: spec.nodeName ?? '', ready, terminating: metadata.deletionTimestamp !== undefined };
}
