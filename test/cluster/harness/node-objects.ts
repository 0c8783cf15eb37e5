import type { KubeCluster } from '../../../scripts/rig/kube-cluster.ts';
import { eventually } from '../../e2e/harness/standing.ts';

const outOfServiceTaint = 'node.kubernetes.io/out-of-service';

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

interface NodeSpec {
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
}

interface NodeObject {
  readonly spec: NodeSpec;
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The Node objects of a cluster, as an engineer sees and changes them. */
export class NodeObjects {
  readonly #kube: KubeCluster;

  constructor(kube: KubeCluster) {
    this.#kube = kube;
  }

  /** Resolves when these nodes are Ready and may be scheduled to. */
  async ready(names: readonly string[]): Promise<void> {
    for (const name of names) await eventually(`node ${name} is ready`, () => isReady(this.#kube, name), 60_000);
  }

  /** `kubectl cordon`. */
  cordon(name: string): Promise<void> {
    return this.#changeNode(name, (spec) => ({ ...spec, unschedulable: true }));
  }

  /** `kubectl uncordon`. */
  uncordon(name: string): Promise<void> {
    return this.#changeNode(name, ({ unschedulable: _, ...spec }) => spec);
  }

  /** `kubectl taint nodes NAME node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`. */
  outOfService(name: string): Promise<void> {
    const taint = { key: outOfServiceTaint, value: 'nodeshutdown', effect: 'NoExecute' };
    return this.#changeNode(name, (spec) => ({ ...spec, taints: [...(spec.taints ?? []), taint] }));
  }

  /** Takes the out-of-service taint back. */
  inService(name: string): Promise<void> {
    const others = (taints: readonly Taint[] = []) => taints.filter(({ key }) => key !== outOfServiceTaint);
    return this.#changeNode(name, (spec) => ({ ...spec, taints: others(spec.taints) }));
  }

  /** Resolves when the control plane says that the node is not ready. */
  notReady(name: string): Promise<unknown> {
    return eventually(`node ${name} is not ready`, async () => !(await readyCondition(this.#kube, name)), 60_000);
  }

  /** Others write to a Node all the time: again, when one was faster. */
  async #changeNode(name: string, change: (spec: NodeSpec) => NodeSpec): Promise<void> {
    const path = `/api/v1/nodes/${name}`;
    for (;;) {
      const node = (await this.#kube.admin('GET', path)) as NodeObject;
      try {
        await this.#kube.admin('PUT', path, { ...node, spec: change(node.spec) });
        return;
      } catch (error) {
        if ((error as { status?: number }).status !== 409) throw error;
      }
    }
  }
}

async function isReady(kube: KubeCluster, name: string): Promise<boolean> {
  const node = await nodeObject(kube, name);
  return (await readyCondition(kube, name)) && !node?.spec.taints?.length;
}

async function readyCondition(kube: KubeCluster, name: string): Promise<boolean> {
  const node = await nodeObject(kube, name);
  return node?.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
}

async function nodeObject(kube: KubeCluster, name: string): Promise<NodeObject | undefined> {
  return (await kube.admin('GET', `/api/v1/nodes/${name}`).catch(() => undefined)) as NodeObject | undefined;
}
