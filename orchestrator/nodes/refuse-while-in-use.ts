import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';
import type { FoundNode } from './find-node.ts';

/** Every pod of a member has it. */
const memberLabel = 'firecamp-servicename';

/**
 * Looks at Kubernetes: no member may be on the node, and none may come to it.
 *
 * @throws FirecampError FC-NOD-006
 */
export async function refuseWhileInUse(
  operation: Pick<Operation, 'ports' | 'signal'>,
  { name, cordoned }: FoundNode,
): Promise<void> {
  if (name === undefined) return;
  if (!cordoned)
    throw refusal(name, `The node ${name} is not cordoned: a member could be scheduled there at any time.`);
  const { ports, signal } = operation;
  const scope = { labelSelector: memberLabel, fieldSelector: `spec.nodeName=${name}` };
  const { items } = await retried(operation, () => ports.kube.list(kinds.Pod, scope, { signal }));
  const pods = items.filter((pod) => !isOver(pod)).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  if (pods.length > 0) throw refusal(name, `The node ${name} has pods of members: ${pods.join(', ')}.`);
}

function isOver(pod: LiveObject & { readonly status?: { readonly phase?: string } }): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

function refusal(node: string, message: string): FirecampError {
  return new FirecampError('FC-NOD-006', message, { fields: { node } });
}
