import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterService, Pod } from './cluster-service.ts';
import type { RealCluster } from './real-cluster.ts';

/** Looks all the time at how many members of a service are not Ready at one moment; ended by `stop`, or with its block. */
export class ReadinessWatch implements AsyncDisposable {
  readonly #members: number;
  readonly #looking: Promise<void>;
  #stopped = false;
  #most = 0;

  private constructor(members: number, look: () => Promise<number>) {
    this.#members = members;
    this.#looking = this.#lookOn(look);
  }

  static start({ kube }: RealCluster, { name, namespace }: ClusterService, members: number): ReadinessWatch {
    // One list is one moment: pods that are asked for one after the other could all seem to be missing in turn.
    const path = `/api/v1/namespaces/${namespace.name}/pods`;
    return new ReadinessWatch(members, async () => {
      const { items } = (await kube.admin('GET', path)) as { readonly items: readonly Pod[] };
      return items.filter((pod) => pod.metadata.name.startsWith(`${name}-`) && isReady(pod)).length;
    });
  }

  /** Ends it; the most members that were not Ready together. */
  async stop(): Promise<number> {
    this.#stopped = true;
    await this.#looking;
    return this.#most;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #lookOn(look: () => Promise<number>): Promise<void> {
    while (!this.#stopped) {
      this.#most = Math.max(this.#most, this.#members - (await look()));
      await sleep(50);
    }
  }
}

function isReady({ metadata, status }: Pod): boolean {
  const ready = status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
  return ready && metadata.deletionTimestamp === undefined;
}
