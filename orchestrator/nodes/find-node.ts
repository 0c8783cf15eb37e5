import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { nodeFacts } from '../network/node-facts.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';

/** A node as it was named, and the instance that it is. */
export interface FoundNode {
  /** As Kubernetes calls it; undefined for an instance that is no node of the cluster, or not yet. */
  readonly name: string | undefined;
  readonly instanceId: string;
  /** Whether new pods stay away: `spec.unschedulable`. */
  readonly cordoned: boolean;
}

/** How a person calls it. */
export function nameOf({ name, instanceId }: FoundNode): string {
  return name ?? instanceId;
}

/** Label of the nodes that EKS Auto Mode runs (EKS user guide, "Deploy workloads to EKS Auto Mode"). */
const computeType = 'eks.amazonaws.com/compute-type';

/**
 * The node of this name, or the instance of this id.
 *
 * @throws FirecampError FC-NOD-001 when there is no such node, FC-NOD-002 when it can have no interfaces of one's own
 */
export async function findNode(operation: Pick<Operation, 'ports' | 'signal'>, given: string): Promise<FoundNode> {
  const { ports, signal } = operation;
  if (/^i-[0-9a-f]+$/.test(given)) {
    const { items } = await retried(operation, () => ports.kube.list(kinds.Node, {}, { signal }));
    const object = items.find((item) => nodeFacts(item).instanceId === given);
    return object === undefined ? { name: undefined, instanceId: given, cordoned: false } : foundNode(object);
  }
  const object = await retried(operation, () => ports.kube.get({ kind: kinds.Node, name: given }, { signal }));
  if (object !== 'absent') return foundNode(object);
  throw new FirecampError('FC-NOD-001', `The cluster has no node ${given}.`, { fields: { node: given } });
}

function foundNode(object: LiveObject): FoundNode {
  const { name, instanceId, labels } = nodeFacts(object);
  const { spec }: LiveObject & { readonly spec?: NodeSpec } = object;
  if (instanceId === undefined) {
    const what = spec?.providerID === undefined ? 'it has no providerID' : `its providerID is ${spec.providerID}`;
    throw unsuitable(name, `is no EC2 instance: ${what}`);
  }
  if (labels[computeType] === 'auto') {
    throw unsuitable(name, `(${instanceId}) is run by EKS Auto Mode, which lets nobody attach interfaces`);
  }
  return { name, instanceId, cordoned: spec?.unschedulable === true };
}

interface NodeSpec {
  readonly providerID?: string;
  readonly unschedulable?: boolean;
}

function unsuitable(node: string, why: string): FirecampError {
  return new FirecampError('FC-NOD-002', `The node ${node} ${why}.`, { fields: { node } });
}
