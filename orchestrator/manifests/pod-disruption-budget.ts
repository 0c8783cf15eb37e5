import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { KubeObject } from './kube-object.ts';
import { namespaced, podSelector } from './names.ts';
import type { ServiceFacts } from './service-facts.ts';

/** Node drains take members one at a time: with two gone, a service of three has lost its majority. */
export function podDisruptionBudget(service: ServiceDefinition, facts: ServiceFacts): KubeObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: namespaced(service, facts, service.name),
    spec: { maxUnavailable: 1, selector: podSelector(service) },
  };
}
