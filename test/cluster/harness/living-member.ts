import type { PodNode } from '../../../scripts/rig/nodes/pod-node.ts';
import { eventually } from '../../e2e/harness/standing.ts';
import type { ClusterService, ContainerStatus } from './cluster-service.ts';
import { type MemberStanding, standingOf } from './member-standing.ts';
import type { RealCluster } from './real-cluster.ts';

const patience = 120_000;

/** A member whose pod is to live through something, as it stood before. */
export class LivingMember {
  readonly ordinal: number;
  readonly address: string;
  readonly podUid: string;
  readonly node: PodNode;
  readonly before: MemberStanding;
  readonly #cluster: RealCluster;
  readonly #service: ClusterService;

  private constructor(cluster: RealCluster, service: ClusterService, ordinal: number, before: MemberStanding) {
    this.#cluster = cluster;
    this.#service = service;
    this.ordinal = ordinal;
    this.address = service.addresses[ordinal] ?? '';
    this.podUid = before.uid ?? '';
    this.node = cluster.node(before.node);
    this.before = before;
  }

  /** The member that is on this node now. */
  static async on(cluster: RealCluster, service: ClusterService, node: string): Promise<LivingMember> {
    for (const ordinal of service.addresses.keys()) {
      const before = await standingOf(cluster, service, ordinal);
      if (before.node === node) return new LivingMember(cluster, service, ordinal, before);
    }
    throw new Error(`no member of ${service.name} is on ${node}`);
  }

  /** What it comes to by claiming once more in place; kubelet may have restarted any of its containers. */
  get afterAnotherClaim() {
    const { restarts: _, ...same } = this.before;
    return { ...same, epoch: (same.epoch ?? 0) + 1 };
  }

  standing(): Promise<MemberStanding> {
    return standingOf(this.#cluster, this.#service, this.ordinal);
  }

  /** Resolves when every layer agrees about it. */
  agrees(): Promise<void> {
    return this.#service.agree([this.ordinal], { withinMs: patience });
  }

  /** Resolves when a claim after the first one is done. */
  async claimedAgain(): Promise<void> {
    const done = async () => {
      const { epoch, state } = await this.standing();
      return epoch !== this.before.epoch && state === 'owned';
    };
    await eventually(`${this.#path} has claimed again`, done, patience);
  }

  /** Resolves when its stop container has been restarted so many times, and is Ready. */
  async stopRestarted(times: number): Promise<void> {
    const wanted = this.before.restarts.stop + times;
    const done = (stop: ContainerStatus | undefined) => stop?.ready === true && stop.restartCount === wanted;
    const look = async () => done(await this.#service.container(this.ordinal, 'memberstop'));
    await eventually(`the stop container of ${this.#path} is Ready after ${wanted} restarts`, look, patience);
  }

  /** `kubectl set image pod/MEMBER memberstop-SERVICE=IMAGE`. */
  async setStopImage(image: string): Promise<void> {
    for (;;) {
      const pod = (await this.#cluster.kube.admin('GET', this.#path)) as PodObject;
      const { initContainers } = pod.spec;
      const changed = initContainers.map((one) => (one.name.startsWith('memberstop-') ? { ...one, image } : one));
      try {
        await this.#cluster.kube.admin('PUT', this.#path, { ...pod, spec: { ...pod.spec, initContainers: changed } });
        return;
      } catch (error) {
        // Kubelet writes to it, too, and was faster.
        if ((error as { status?: number }).status !== 409) throw error;
      }
    }
  }

  /** What its stop container has logged since it was last started. */
  async stopLog(): Promise<string> {
    const path = `${this.#path}/log?container=memberstop-${this.#service.name}`;
    // A line that is alone comes as the object that it is.
    return JSON.stringify(await this.#cluster.kube.admin('GET', path));
  }

  get #path(): string {
    const { name } = this.#service.namespace;
    return `/api/v1/namespaces/${name}/pods/${this.#service.memberName(this.ordinal)}`;
  }
}

interface PodObject {
  readonly spec: { readonly initContainers: readonly { readonly name: string; readonly image: string }[] };
}
