import type { LiveObject } from '../../../common/ports/kube-objects.ts';
import { type NodeFacts, nodeFacts } from '../../network/node-facts.ts';
import { kinds } from '../../objects/kinds.ts';
import { retried } from '../../retried.ts';
import type { Reading } from '../prober.ts';

/** The Amazon VPC CNI, as its DaemonSet has it. */
export interface VpcCni {
  readonly present: boolean;
  /** AWS_VPC_K8S_CNI_EXTERNALSNAT; false without it (amazon-vpc-cni-k8s, README). */
  readonly externalSnat: boolean;
}

/** The EBS CSI driver. */
export interface CsiDriver {
  readonly present: boolean;
  /** The cluster's name in the tags of its volumes (`--k8s-tag-cluster-id`); undefined where its controller does not say. */
  readonly clusterName: string | undefined;
}

/** A node with what its kubelet says of itself. */
export interface KubeletNode extends NodeFacts {
  /** As `v1.34.1`; undefined before it has reported. */
  readonly kubeletVersion: string | undefined;
}

/** Labels of the namespace. */
export async function readNamespace(
  operation: Reading,
): Promise<{ readonly labels: Readonly<Record<string, string>> } | 'absent'> {
  const { ports, settings, signal } = operation;
  const ref = { kind: kinds.Namespace, name: settings.namespace };
  const found: (LiveObject & { readonly metadata: { readonly labels?: Readonly<Record<string, string>> } }) | 'absent' =
    await retried(operation, () => ports.kube.get(ref, { signal }));
  return found === 'absent' ? 'absent' : { labels: found.metadata.labels ?? {} };
}

interface NodeStatus extends LiveObject {
  readonly status?: { readonly nodeInfo?: { readonly kubeletVersion?: string } };
}

export async function readNodes(operation: Reading): Promise<KubeletNode[]> {
  const { ports, signal } = operation;
  const { items } = await retried(operation, () => ports.kube.list(kinds.Node, {}, { signal }));
  const nodes = items.map((item: NodeStatus) => {
    return { ...nodeFacts(item), kubeletVersion: item.status?.nodeInfo?.kubeletVersion || undefined };
  });
  return nodes.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** What is read of a DaemonSet or a Deployment. */
interface Workload extends LiveObject {
  readonly spec?: {
    readonly template?: {
      readonly spec?: {
        readonly containers?: readonly {
          readonly args?: readonly string[];
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
}

export async function readVpcCni(operation: Reading): Promise<VpcCni> {
  const { ports, signal } = operation;
  const ref = { kind: kinds.DaemonSet, namespace: 'kube-system', name: 'aws-node' };
  const found = await retried(operation, () => ports.kube.get(ref, { signal }));
  if (found === 'absent') return { present: false, externalSnat: false };
  const env = containersOf(found).flatMap((container) => container.env ?? []);
  const value = env.find(({ name }) => name === 'AWS_VPC_K8S_CNI_EXTERNALSNAT')?.value;
  return { present: true, externalSnat: value?.toLowerCase() === 'true' };
}

export async function readCsiDriver(operation: Reading): Promise<CsiDriver> {
  const { ports, signal } = operation;
  const driver = { kind: kinds.CSIDriver, name: 'ebs.csi.aws.com' };
  const controller = { kind: kinds.Deployment, namespace: 'kube-system', name: 'ebs-csi-controller' };
  const present = (await retried(operation, () => ports.kube.get(driver, { signal }))) !== 'absent';
  // What it calls the cluster is a detail; that it may not be read must not hide whether there is a driver.
  const found = await retried(operation, () => ports.kube.get(controller, { signal })).catch(() => 'absent' as const);
  const args = found === 'absent' ? [] : containersOf(found).flatMap((container) => container.args ?? []);
  const name = args.map((arg) => /^--k8s-tag-cluster-id=(.+)$/.exec(arg)?.[1]).find((one) => one !== undefined);
  return { present, clusterName: name };
}

function containersOf(object: LiveObject) {
  const workload: Workload = object;
  return workload.spec?.template?.spec?.containers ?? [];
}
