import type { LiveObject } from '../../common/ports/kube-objects.ts';

/** A node as Kubernetes alone has it. */
export interface NodeFacts {
  readonly name: string;
  readonly zone: string;
  readonly instanceId: string | undefined;
  /** Why no member can be scheduled there, as far as Kubernetes knows. */
  readonly trouble: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** What the orchestrator reads of a node; every field may be missing in what a server answers. */
interface NodeObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly providerID?: string;
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string; readonly effect: string }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const zoneLabel = 'topology.kubernetes.io/zone';

/** Reads a node object. */
export function nodeFacts(object: LiveObject): NodeFacts {
  const node: NodeObject = object;
  const labels = node.metadata.labels ?? {};
  const instanceId = instanceIdOf(node.spec?.providerID);
  const facts = { name: node.metadata.name, zone: labels[zoneLabel] ?? '', instanceId, labels };
  return { ...facts, trouble: troubleOf(node, instanceId) };
}

/** `aws:///us-east-1a/i-0abc`, as the AWS cloud provider writes it (cloud-provider-aws, pkg/providers/v1, instances.go). Fargate's have no instance. */
function instanceIdOf(providerId: string | undefined): string | undefined {
  return /^aws:\/\/.*\/(i-[0-9a-f]+)$/.exec(providerId ?? '')?.[1];
}

function troubleOf({ spec, status }: NodeObject, instanceId: string | undefined): string | undefined {
  if (instanceId === undefined) {
    return spec?.providerID ? `is no EC2 instance (providerID ${spec.providerID})` : 'has no providerID';
  }
  if (status?.conditions?.find(({ type }) => type === 'Ready')?.status !== 'True') return 'is not Ready';
  if (spec?.unschedulable === true) return 'is cordoned';
  const taint = spec?.taints?.find(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
  return taint && `has the taint ${taint.key}:${taint.effect}`;
}
