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
  const volumes = service.testMode ? [] : persistentVolumes(service, facts, cluster);
  const isVolume = ({ kind }: KubeObject) => kind === 'PersistentVolume';
  return [
    ...memberAccess(service),
    ...(service.testMode ? [] : storageClasses(service, facts)),
    // As long as possible before their claims: a claim whose volume its controller is still busy with loses a race for the volume's
    // version, and is looked at again only 15 s later (kube-controller-manager, `--pvclaimbinder-sync-period`).
    ...volumes.filter(isVolume),
    headlessService(service, facts),
    ...staticMembers(service, facts),
    podDisruptionBudget(service, facts),
    ...volumes.filter((object) => !isVolume(object)),
    statefulSet(service, facts, cluster),
  ];
}
