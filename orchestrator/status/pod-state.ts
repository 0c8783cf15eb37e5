import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { listAt, numberAt, textAt } from '../definition/field-reader.ts';
import { containerStatuses, containerTrouble, podCondition, podTrouble } from '../objects/pod-trouble.ts';
import type { PodState } from './service-status.ts';

/** The pod, in the terms of a member of this service. */
export function podState(pod: LiveObject, service: string): PodState {
  const ready = podCondition(pod, 'Ready');
  const main = listAt(pod, 'spec', 'containers').find((one) => textAt(one, 'name') === service);
  const statuses = containerStatuses(pod);
  const restarts = statuses.map((one) => numberAt(one, 'restartCount') ?? 0);
  return {
    name: pod.metadata.name,
    uid: pod.metadata.uid,
    node: textAt(pod, 'spec', 'nodeName'),
    hostIp: textAt(pod, 'status', 'hostIP'),
    phase: textAt(pod, 'status', 'phase') ?? 'Unknown',
    ready: textAt(ready, 'status') === 'True',
    readySince: textAt(ready, 'lastTransitionTime'),
    terminating: textAt(pod, 'metadata', 'deletionTimestamp') !== undefined,
    restarts: restarts.reduce((sum, count) => sum + count, 0),
    createdAt: textAt(pod, 'metadata', 'creationTimestamp') ?? '',
    revision: textAt(pod, 'metadata', 'labels', 'controller-revision-hash'),
    image: textAt(main, 'image'),
    trouble: [...podTrouble(pod), ...statuses.flatMap((one) => containerTrouble(one) ?? [])],
    lastWarning: undefined,
  };
}
