import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { booleanAt, listAt, numberAt, textAt } from '../definition/field-reader.ts';
import { memberName, restartAnnotations } from '../manifests/names.ts';

/** A pod as far as a rolling restart is concerned. */
export interface RestartPod {
  readonly uid: string;
  readonly revision: string | undefined;
  readonly ready: boolean;
  /** RFC 3339; when `ready` changed last. */
  readonly readySince: string | undefined;
  readonly terminating: boolean;
}

/** A member that the StatefulSet wants, with its pod; undefined while there is none. */
export interface RestartMember {
  readonly name: string;
  readonly ordinal: number;
  readonly pod: RestartPod | undefined;
}

/** A StatefulSet and its members as of one moment. */
export interface RestartView {
  readonly updateRevision: string;
  /** Seconds that a pod has to be Ready before it counts. */
  readonly minReadySeconds: number;
  /** A restart was begun and is not known to have ended. */
  readonly unfinished: boolean;
  /** By ordinal. */
  readonly members: readonly RestartMember[];
}

/** Whether the StatefulSet's controller has seen its latest change: before that, `status` speaks of an earlier template. */
export function isObserved(set: LiveObject): boolean {
  const generation = numberAt(set, 'metadata', 'generation') ?? 0;
  return (numberAt(set, 'status', 'observedGeneration') ?? 0) >= generation && updateRevision(set) !== '';
}

/** What a restart decides from: an observed StatefulSet and all pods that may be its own. */
export function restartView(set: LiveObject, pods: readonly LiveObject[]): RestartView {
  const first = numberAt(set, 'spec', 'ordinals', 'start') ?? 0;
  const replicas = numberAt(set, 'spec', 'replicas') ?? 1;
  const owned = pods.filter((pod) => isControlledBy(pod, set));
  const byName = new Map(owned.map((pod) => [pod.metadata.name, restartPod(pod)]));
  const members = Array.from({ length: replicas }, (_none, index) => {
    const ordinal = first + index;
    const name = memberName(set.metadata.name, ordinal);
    return { name, ordinal, pod: byName.get(name) };
  });
  const { startedAt, finishedAt } = restartTimes(set);
  return {
    updateRevision: updateRevision(set),
    minReadySeconds: numberAt(set, 'spec', 'minReadySeconds') ?? 0,
    unfinished: startedAt !== undefined && startedAt !== finishedAt,
    members,
  };
}

/** When the last restart was begun, and which one was finished last. */
export function restartTimes(set: LiveObject) {
  return {
    startedAt: textAt(set, 'spec', 'template', 'metadata', 'annotations', restartAnnotations.startedAt),
    finishedAt: textAt(set, 'metadata', 'annotations', restartAnnotations.finishedAt),
  };
}

export function restartPod(pod: LiveObject): RestartPod {
  const ready = listAt(pod, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Ready');
  return {
    uid: pod.metadata.uid,
    revision: textAt(pod, 'metadata', 'labels', 'controller-revision-hash'),
    ready: textAt(ready, 'status') === 'True',
    readySince: textAt(ready, 'lastTransitionTime'),
    terminating: textAt(pod, 'metadata', 'deletionTimestamp') !== undefined,
  };
}

function updateRevision(set: LiveObject): string {
  return textAt(set, 'status', 'updateRevision') ?? '';
}

/** A pod of the same name that somebody else made is not ours to delete. */
function isControlledBy(pod: LiveObject, set: LiveObject): boolean {
  return listAt(pod, 'metadata', 'ownerReferences').some(
    (owner) => textAt(owner, 'uid') === set.metadata.uid && booleanAt(owner, 'controller') === true,
  );
}
