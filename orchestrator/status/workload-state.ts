import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { listAt, numberAt, textAt } from '../definition/field-reader.ts';
import type { Workload } from './observations.ts';

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
    stoppedFrom: undefined,
    image: textAt(main, 'image'),
  };
}
