import { type Held, openWay, type Step, type Stop } from '../../e2e/harness/way.ts';
import type { RealCluster } from './real-cluster.ts';

/** The requests that the members of one service send, by the node that they come from; any of them can be made to stand still. */
export class HeldClaims {
  /** For the service file: lead its members here. */
  readonly settings: Readonly<Record<string, string>>;
  readonly #cluster: RealCluster;
  readonly #way: Awaited<ReturnType<typeof openWay>>;

  private constructor(cluster: RealCluster, way: Awaited<ReturnType<typeof openWay>>) {
    const { FIRECAMP_K8S_URL: _, ...endpoints } = way.env;
    this.settings = endpoints;
    this.#cluster = cluster;
    this.#way = way;
  }

  static async open(cluster: RealCluster): Promise<HeldClaims> {
    const way = cluster.closing.use(await openWay(cluster.world));
    return new HeldClaims(cluster, way);
  }

  /** What came from a node so far. */
  steps(node: string): readonly Step[] {
    const address = this.#cluster.addressOf(node);
    return this.#way.steps.filter(({ from }) => from === address);
  }

  /**
   * Stops the first request of this node that matches, and what the same claim asks after it: its program stands still, however often it tries
   * again. Resolves when it does.
   */
  async hold(node: string, stop: Stop): Promise<Held> {
    const address = this.#cluster.addressOf(node);
    const first = await this.#way.hold({ at: stop.at, matches: ownMatch(address, stop) });
    const held = [first];
    let over = false;
    const holdMore = async () => {
      const later = await this.#way.hold({ at: 'arrival', matches: ({ from }) => !over && from === address });
      held.push(later);
      void holdMore();
    };
    void holdMore();
    const goOn = () => {
      over = true;
      for (const one of held) one.goOn();
    };
    return { step: first.step, goOn };
  }
}

/** Matches as if there were no requests but those from this address. */
function ownMatch(address: string | undefined, { matches }: Stop): Stop['matches'] {
  return (step, index, steps) => {
    if (step.from !== address) return false;
    const own = steps.slice(0, index + 1).filter(({ from }) => from === address);
    return matches(step, own.length - 1, own);
  };
}
