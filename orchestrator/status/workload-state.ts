import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { listAt, numberAt, textAt } from '../definition/field-reader.ts';
import { podSelector } from '../manifests/names.ts';
import { stoppedFrom } from '../presence/stopped-from.ts';
import type { Workload } from './observations.ts';

/**
 * The StatefulSet or Deployment of a service: one that selects the service's pods, whoever made it, FireCamp too.
 * @throws FirecampError FC-K8S-005 when it selects other pods
 */
export function ownWorkload(live: LiveObject, service: string): Workload {
  const labels = Object.entries(podSelector({ name: service }).matchLabels);
  if (labels.every(([key, value]) => textAt(live, 'spec', 'selector', 'matchLabels', key) === value)) {
    return workloadState(live);
  }
  const wanted = labels.map((label) => label.join('=')).join(',');
  const message = `The ${live.kind} ${service} is not firecamp's: its selector lacks ${wanted}.`;
  throw new FirecampError('FC-K8S-005', message, { fields: { service, namespace: live.metadata.namespace } });
}

/** A StatefulSet or Deployment of firecamp's. */
export function workloadState(live: LiveObject): Workload {
  const stateful = live.kind === 'StatefulSet';
  const containers = listAt(live, 'spec', 'template', 'spec', 'containers');
  const main = containers.find((one) => textAt(one, 'name') === live.metadata.name) ?? containers[0];
  return {
    type: stateful ? 'stateful' : 'stateless',
    desired: numberAt(live, 'spec', 'replicas') ?? 1,
    ready: numberAt(live, 'status', 'readyReplicas') ?? 0,
    updateRevision: stateful ? textAt(live, 'status', 'updateRevision') : undefined,
    createdAt: textAt(live, 'metadata', 'creationTimestamp'),
    serviceUuid: textAt(live, 'metadata', 'labels', 'firecamp-serviceuuid'),
    stoppedFrom: stoppedFrom(live),
    testMode: isTestMode(live),
    image: textAt(main, 'image'),
  };
}

/** The setting of the init container, by which the programs themselves know it. */
function isTestMode(live: LiveObject): boolean {
  return listAt(live, 'spec', 'template', 'spec', 'initContainers')
    .flatMap((container) => listAt(container, 'env'))
    .some((variable) => textAt(variable, 'name') === 'TESTMODE' && textAt(variable, 'value') === 'true');
}
