import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { KubeObject } from './kube-object.ts';
import { mainContainer } from './main-container.ts';
import { namespaced, podSelector, serviceLabels } from './names.ts';
import { placement } from './placement.ts';
import { podBase } from './pod-base.ts';
import type { ClusterFacts, ServiceFacts } from './service-facts.ts';

/** A stateless service: pods that are all alike, without members, volumes and claims, and without access to the API server. */
export function deployment(service: ServiceDefinition, facts: ServiceFacts, cluster: ClusterFacts): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: namespaced(service, facts, service.name),
    spec: {
      progressDeadlineSeconds: 600,
      replicas: service.replicas,
      revisionHistoryLimit: 10,
      selector: podSelector(service),
      strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' }, type: 'RollingUpdate' },
      template: {
        metadata: { labels: serviceLabels(service, facts) },
        spec: {
          ...podBase,
          ...placement({ ...service, staticIp: false }, facts, cluster),
          automountServiceAccountToken: false,
          dnsPolicy: 'ClusterFirst',
          containers: [mainContainer(service, 'pod', [])],
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: service.terminationGracePeriodSeconds,
        },
      },
    },
  };
}
