import type { CallOptions } from '../../common/ports/call-options.ts';
import type { PodFacts, Pods } from '../../common/ports/pods.ts';
import type { Script } from './script.ts';

/** The API server's pods by name. */
export class FakePods implements Pods {
  readonly #script: Script;
  readonly #pods = new Map<string, PodFacts | 'refused'>();

  constructor(script: Script) {
    this.#script = script;
  }

  /** Changes the pod of that name; `gone` takes it away. */
  put(name: string, pod: PodFacts | 'gone' | 'refused'): void {
    if (pod === 'gone') this.#pods.delete(name);
    else this.#pods.set(name, pod);
  }

  get(_namespace: string, name: string, { signal }: CallOptions) {
    return this.#script.call('pods.get', '', signal, () => this.#pods.get(name) ?? ('gone' as const));
  }
}
