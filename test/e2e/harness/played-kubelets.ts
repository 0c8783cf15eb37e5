import { setTimeout as sleep } from 'node:timers/promises';
import { type PlayedPod, playPod } from './played-pod.ts';
import type { PodObject } from './pod-object.ts';
import { eventually } from './standing.ts';
import type { World } from './world.ts';

/** How often the kubelets look for pods of theirs. */
const lookMs = 150;

/**
 * The kubelets of all nodes of a namespace: whatever pod the scheduler puts on a node runs there with the product's programs, and ends there
 * when it is deleted.
 */
export class PlayedKubelets implements AsyncDisposable {
  /** Every pod that ever ran, in the order of their start. */
  readonly pods: PlayedPod[] = [];
  /** What went wrong in a pod's life, which nobody waits for. */
  readonly troubles: string[] = [];
  readonly #world: World;
  readonly #namespace: string;
  readonly #stop = new AbortController();
  readonly #working: Promise<void>;

  constructor(world: World, namespace: string) {
    this.#world = world;
    this.#namespace = namespace;
    this.#working = this.#work();
  }

  /** The youngest pod of this name. */
  latest(name: string): PlayedPod {
    const found = this.pods.findLast((pod) => pod.name === name);
    if (found === undefined) throw new Error(`No pod ${name} was ever there.`);
    return found;
  }

  /** Resolves when another pod of the same name has come in its place. */
  async successor({ name, uid }: PlayedPod): Promise<void> {
    await eventually(`another pod ${name}`, () => this.latest(name).uid !== uid, 60_000);
  }

  /** Everything that failed or was odd to the programs of the pods so far: nothing, where they were given all that they need. */
  complaints(): unknown[] {
    const ends = this.pods.flatMap((pod) => pod.ends.map(([container, ended]) => ({ container, ...ended })));
    const failed = ends.filter(({ code }) => code !== 0).map(({ container, stderr }) => `${container}: ${stderr}`);
    const odd = ends.flatMap(({ log }) => log.filter(({ level }) => level === 'warn' || level === 'error'));
    return [...this.troubles, ...failed, ...odd];
  }

  /** Resolves when no pod is left to play and all that was started has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#working;
    await Promise.all(this.pods.map((pod) => pod.kill()));
  }

  async #work(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#look();
      } catch (error) {
        this.troubles.push(String(error));
      }
      await sleep(lookMs);
    }
  }

  async #look(): Promise<void> {
    const list = await this.#world.api.admin('GET', `/api/v1/namespaces/${this.#namespace}/pods`);
    for (const object of (list as { readonly items: readonly PodObject[] }).items) {
      const { uid, deletionTimestamp } = object.metadata;
      let pod = this.pods.find((one) => one.uid === uid);
      if (pod === undefined && object.spec.nodeName !== undefined) {
        pod = playPod(this.#world, object, (trouble) => this.troubles.push(trouble));
        this.pods.push(pod);
      }
      if (deletionTimestamp !== undefined) pod?.end();
    }
  }
}
