import type { RealCluster } from './real-cluster.ts';

/** The folders of a pod that its containers share, as kubelet has them on the node. */
export class PodFiles {
  readonly #cluster: RealCluster;
  readonly #node: string;
  readonly #volumes: string;

  constructor(cluster: RealCluster, node: string, podUid: string) {
    this.#cluster = cluster;
    this.#node = node;
    this.#volumes = `/var/lib/kubelet/pods/${podUid}/volumes/kubernetes.io~empty-dir`;
  }

  /** Names of the files of /run/firecamp, sorted. */
  async inRun(): Promise<string[]> {
    return await this.#list('firecamp-run');
  }

  /** Names of the files of /data/conf, sorted. */
  async inConf(service: string): Promise<string[]> {
    return await this.#list(`${service}-data/conf`);
  }

  /** The epoch that the claim file has. */
  async claimedEpoch(): Promise<number> {
    const text = await this.#run('cat', `${this.#volumes}/firecamp-run/claim`);
    return Number(/^epoch=(\d+)$/m.exec(text)?.[1]);
  }

  async #list(folder: string): Promise<string[]> {
    const names = await this.#run('ls', '-A', `${this.#volumes}/${folder}`);
    return names.split('\n').filter(Boolean).sort();
  }

  #run(...argv: string[]): Promise<string> {
    return this.#cluster.node(this.#node).machine.run(argv);
  }
}
