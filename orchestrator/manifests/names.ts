import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { KubeMetadata, LabelSelector } from './kube-object.ts';
import type { ServiceFacts } from './service-facts.ts';

/** Which of a member's volumes; the journal is one of its own so that its writes do not wait for the data's. */
export type VolumeKind = 'data' | 'journal';

/** Name and namespace of the members' service account, FireCamp's. */
export const memberServiceAccount = 'firecamp-statefulservice-sa';

export function memberName(service: string, ordinal: number): string {
  return `${service}-${ordinal}`;
}

/** StorageClass and volumeClaimTemplate are called alike, as FireCamp calls them. */
export function storageName(service: string, kind: VolumeKind): string {
  return `${service}-${kind}`;
}

/** The Service that has the members' static IPs; the headless one has the nodes' addresses. */
export function staticServiceName(service: string): string {
  return `${service}-members`;
}

/**
 * Annotations of a rolling restart, RFC 3339. The one in the pod template makes the new revision, the one at the StatefulSet itself says
 * that every chosen member has it. No manifest has them, so neither an apply nor a comparison touches them.
 */
export const restartAnnotations = {
  startedAt: 'firecamp.io/restarted-at',
  finishedAt: 'firecamp.io/restart-finished',
} as const;

/** What tells a service's pods. A selector can never be changed, so nothing that may change is in it. */
export function podSelector(service: Pick<ServiceDefinition, 'name'>): LabelSelector {
  return { matchLabels: { 'firecamp-servicename': service.name } };
}

/** FireCamp's labels and the ones that tools know (Kubernetes documentation, "Recommended Labels"). */
export function serviceLabels(
  service: Pick<ServiceDefinition, 'name' | 'cluster'>,
  facts: Pick<ServiceFacts, 'serviceUuid'>,
): Record<string, string> {
  return {
    ...podSelector(service).matchLabels,
    ...(facts.serviceUuid === undefined ? {} : { 'firecamp-serviceuuid': facts.serviceUuid }),
    'app.kubernetes.io/name': service.name,
    'app.kubernetes.io/part-of': service.cluster,
    'app.kubernetes.io/managed-by': 'firecamp',
  };
}

/** Metadata of a cluster-scoped object of the service; which namespace's service it is only a label can tell. */
export function clusterScoped(
  service: Pick<ServiceDefinition, 'name' | 'cluster' | 'namespace'>,
  facts: Pick<ServiceFacts, 'serviceUuid'>,
  name: string,
): KubeMetadata {
  return { name, labels: { ...serviceLabels(service, facts), 'firecamp-namespace': service.namespace } };
}

/** Metadata of an object of the service in its namespace. */
export function namespaced(
  service: Pick<ServiceDefinition, 'name' | 'cluster' | 'namespace'>,
  facts: Pick<ServiceFacts, 'serviceUuid'>,
  name: string,
): KubeMetadata & { readonly namespace: string } {
  return { name, namespace: service.namespace, labels: serviceLabels(service, facts) };
}
