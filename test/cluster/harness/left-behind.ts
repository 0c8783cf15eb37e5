import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../e2e/harness/standing.ts';
import type { ClusterService } from './cluster-service.ts';
import type { MemberClient } from './member-client.ts';
import type { RealCluster } from './real-cluster.ts';
import type { Report } from './report.ts';

/** A service with one member, its clients, and where to write down what they see. */
export interface Watched {
  readonly cluster: RealCluster;
  readonly service: ClusterService;
  /** A client outside the nodes, and one on each node. */
  readonly elsewhere: MemberClient;
  readonly onNode: ReadonlyMap<string, MemberClient>;
  readonly report: Report;
}

/** A member's pod that lives on at a node that was cut off, while Kubernetes has another one elsewhere. */
export class LeftBehind {
  readonly node: string;
  readonly podUid: string;
  /** Who answers as the old pod, and who as its successor. */
  readonly who: string;
  readonly successor: string;
  /** When the node was cut off, and when the successor had answered for the first time; milliseconds since 1970. */
  readonly cutAt: number;
  readonly succeededAt: number;
  /** The client on the cut-off node. */
  readonly here: MemberClient;
  readonly #watched: Watched;

  private constructor(
    watched: Watched,
    parts: Pick<LeftBehind, 'node' | 'podUid' | 'who' | 'successor' | 'cutAt' | 'succeededAt' | 'here'>,
  ) {
    this.#watched = watched;
    this.node = parts.node;
    this.podUid = parts.podUid;
    this.who = parts.who;
    this.successor = parts.successor;
    this.cutAt = parts.cutAt;
    this.succeededAt = parts.succeededAt;
    this.here = parts.here;
  }

  /**
   * Cuts the member's node off, force-deletes the pod as soon as Kubernetes calls the node not ready, and waits until all the rest of the cluster has
   * settled on the new pod.
   */
  static async by(watched: Watched, cut: (node: string) => Promise<void>): Promise<LeftBehind> {
    const { cluster, service, elsewhere, onNode, report } = watched;
    const { pod } = await service.truth(0);
    const here = onNode.get(pod?.node ?? '');
    if (pod === undefined || here === undefined) throw new Error(`${service.memberName(0)} has no pod to begin with`);
    const who = await elsewhere.talksWith();
    const cutAt = Date.now();
    await cut(pod.node);
    await report.phase('cut off, until Kubernetes calls the node not ready', () =>
      cluster.nodeObjects.notReady(pod.node),
    );
    await service.deletePod(0, 0);
    const successor = await report.phase('force-deleted, until the new pod answers elsewhere', () =>
      elsewhere.talksWithAnotherThan(who),
    );
    const succeededAt = Date.now();
    report.figure('clients elsewhere: longest pause', `${elsewhere.longestPause(cutAt)} ms`);
    const hosts = [...cluster.nodes.keys()].filter((name) => name !== pod.node);
    await report.phase('until every layer and firecamp status agree on the new pod', () =>
      service.agree([0], { hosts }),
    );
    return new LeftBehind(watched, { node: pod.node, podUid: pod.uid, who, successor, cutAt, succeededAt, here });
  }

  /** Waits until so long after the cut, and then for an answer on the cut-off node; who answered there since the cut. */
  async answeredHere(untilMs: number): Promise<string[]> {
    await sleep(Math.max(0, this.cutAt + untilMs - Date.now()));
    await this.here.talksWith();
    const now = Date.now();
    this.#watched.report.figure('clients on the node: so long after the cut', seconds(now - this.cutAt));
    this.#watched.report.figure('  without an answer', this.here.unanswered(this.cutAt, now));
    return this.here.answerers(this.cutAt, now);
  }

  /** Lets the node hear again, and waits until kubelet has ended the old pod and everybody talks with the new one. */
  async hearsAgain(mend: (node: string) => Promise<void>): Promise<void> {
    const { cluster, service, report } = this.#watched;
    const mendedAt = Date.now();
    await mend(this.node);
    await report.phase('mended, until the node is ready', () => cluster.nodeObjects.ready([this.node]));
    const ended = async () => (await cluster.node(this.node).running(this.podUid, 'sandbox')) === undefined;
    await eventually('kubelet ends the old pod', ended, 120_000);
    report.figure('mended, until nothing of the old pod runs', seconds(Date.now() - mendedAt));
    await this.here.talksWithAnotherThan(this.who);
    const last = this.here.lastAnswerOf(this.who);
    report.figure('clients on the node: last answer of the old pod, after the cut', seconds(last - this.cutAt));
    if (last > mendedAt) {
      report.figure('  and after the mending', seconds(last - mendedAt));
      report.figure('clients on the node: pause until the new pod answers', `${this.here.longestPause(last)} ms`);
    }
    await service.agree([0]);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
