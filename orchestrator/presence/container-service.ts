import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { listAt, textAt } from '../definition/field-reader.ts';
import { memberName } from '../manifests/names.ts';
import { kinds } from '../objects/kinds.ts';
import { kubeRetried, readObject } from '../objects/kube-calls.ts';
import type { Operation } from '../operation.ts';

/** FireCamp's name of the kind of container orchestrator. */
export function getContainerSvcType(): 'k8s' {
  return 'k8s';
}

/** FireCamp's Info: the cluster's name. */
export function getContainerClusterID({ settings }: Pick<Operation, 'settings'>): string {
  return settings.cluster;
}

/**
 * FireCamp's Info: the name of the node that has this full host name. Most are registered under it; others (EKS with resource names) have it
 * among their addresses.
 *
 * @throws FirecampError FC-NET-005 when no node has it
 */
export async function getLocalContainerInstanceID(
  operation: Pick<Operation, 'ports' | 'signal'>,
  hostname: string,
): Promise<string> {
  if ((await readObject(operation, { kind: kinds.Node, name: hostname })) !== undefined) return hostname;
  const { items } = await kubeRetried(operation, (options) => operation.ports.kube.list(kinds.Node, {}, options));
  const node = items.find((one) => hostNames(one).includes(hostname));
  if (node !== undefined) return node.metadata.name;
  throw new FirecampError('FC-NET-005', `No node of the cluster is called ${hostname}.`, { fields: { hostname } });
}

function hostNames(node: LiveObject): (string | undefined)[] {
  const addresses = listAt(node, 'status', 'addresses');
  const names = addresses.filter((one) => ['Hostname', 'InternalDNS'].includes(textAt(one, 'type') ?? ''));
  return names.map((one) => textAt(one, 'address'));
}

/** Names of the pods that a StatefulSet of so many replicas has, from ordinal 0 up, or backward from the last. */
export function getStatefulSetPodNames(service: string, replicas: number, backward = false): string[] {
  const names = Array.from({ length: replicas }, (_none, ordinal) => memberName(service, ordinal));
  return backward ? names.reverse() : names;
}
