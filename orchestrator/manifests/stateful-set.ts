import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { KubeObject } from './kube-object.ts';
import { memberPodTemplate } from './member-pod.ts';
import { namespaced, podSelector, serviceLabels, storageName } from './names.ts';
import type { ClusterFacts, ServiceFacts } from './service-facts.ts';
import { volumeClaimSpec } from './volume-claim.ts';
import { volumesOf } from './volumes-of-service.ts';

/**
 * The StatefulSet of a service. Members start side by side, since a lost zone must not hold up the others, and a change of the template
 * restarts nothing by itself. Every field that the API server would put in is there, so that a comparison with the cluster shows only
 * what differs.
 */
export function statefulSet(service: ServiceDefinition, facts: ServiceFacts, cluster: ClusterFacts): KubeObject {
  const templates = service.testMode ? [] : volumeClaimTemplates(service);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: namespaced(service, facts, service.name),
    spec: {
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      podManagementPolicy: 'Parallel',
      replicas: service.replicas,
      revisionHistoryLimit: 10,
      selector: podSelector(service),
      serviceName: service.name,
      template: memberPodTemplate(service, facts, cluster),
      updateStrategy: { type: 'OnDelete' },
      ...(templates.length > 0 ? { volumeClaimTemplates: templates } : {}),
    },
  };
}

/** These can never be changed; so the service's UUID, which is known later than its name, is not in their labels. */
function volumeClaimTemplates(service: ServiceDefinition) {
  return volumesOf(service).map(({ kind, volume }) => {
    const name = storageName(service.name, kind);
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, labels: serviceLabels(service, { serviceUuid: undefined }) },
      spec: volumeClaimSpec(volume, name),
      status: { phase: 'Pending' },
    };
  });
}
