import type { ServiceDefinition } from '../definition/service-definition.ts';
import { deployment } from './deployment.ts';
import type { KubeObject } from './kube-object.ts';
import { memberAccess } from './member-access.ts';
import { persistentVolumes } from './persistent-volume.ts';
import { podDisruptionBudget } from './pod-disruption-budget.ts';
import type { ClusterFacts, ServiceFacts } from './service-facts.ts';
import { clusterService, headlessService, staticMembers } from './services.ts';
import { statefulSet } from './stateful-set.ts';
import { storageClasses } from './storage-class.ts';

/**
 * Every object of a service, in the order in which they are to be applied: what a pod needs is there before the pod. The same input gives
 * the same objects, field order included.
 */
export function serviceManifests(service: ServiceDefinition, facts: ServiceFacts, cluster: ClusterFacts): KubeObject[] {
  if (service.type === 'stateless') {
    return [
      ...(service.ports.some((port) => port.isServicePort) ? [clusterService(service, facts)] : []),
      podDisruptionBudget(service, facts),
      deployment(service, facts, cluster),
    ];
  }
  return [
    ...memberAccess(service),
    ...(service.testMode ? [] : storageClasses(service, facts)),
    headlessService(service, facts),
    ...staticMembers(service, facts),
    ...(service.testMode ? [] : persistentVolumes(service, facts, cluster)),
    podDisruptionBudget(service, facts),
    statefulSet(service, facts, cluster),
  ];
}
