import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { numberAt, textAt } from '../definition/field-reader.ts';
import { memberName, podSelector } from '../manifests/names.ts';
import { kinds } from '../objects/kinds.ts';
import { updateObject } from '../objects/update-object.ts';
import { watchUntil } from '../objects/watch-until.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { findWorkload, refuseStrange } from '../presence/workload.ts';

/** A pod may have a grace period of minutes, and its stop container uses it. */
const podsGoneSeconds = 600;

/**
 * Scales a service down in Kubernetes and waits until the pods of the removed members are gone: their stop containers have ended then. A
 * StatefulSet takes the highest ordinals first. A service that has no more replicas is only waited for.
 *
 * @throws DeadlineExceededError FC-CLM-006 that names the pods that are left, and FC-K8S-005 when the StatefulSet is not the service's
 */
export async function removePods(operation: Operation, service: string, count: number): Promise<Change[]> {
  const found = await findWorkload(operation, service);
  if (found === undefined) return [];
  const updated = await updateObject(operation, found.ref, (live) => {
    refuseStrange(operation, { ref: found.ref, live }, service);
    return replicasOf(live) > count ? withReplicas(live, count) : undefined;
  });
  if (updated === undefined) return [];
  const { before } = updated;
  if (operation.dryRun === 'none') {
    await step(operation, { step: 'remove pods' }, () => awaitPods(operation, service, count));
  }
  if (replicasOf(before) <= count) return [];
  const detail = `replicas: ${replicasOf(before)} → ${count}`;
  return [{ action: 'update', kind: found.ref.kind.kind, name: service, detail }];
}

async function awaitPods(operation: Operation, service: string, count: number): Promise<void> {
  const labels = Object.entries(podSelector({ name: service }).matchLabels);
  const removed = (pods: ReadonlyMap<string, LiveObject>) =>
    [...pods.values()].filter((pod) => isBeyond(pod, service, count));
  let told = '';
  await watchUntil(operation, {
    kind: kinds.Pod,
    scope: {
      namespace: operation.settings.namespace,
      labelSelector: labels.map((label) => label.join('=')).join(','),
    },
    seconds: podsGoneSeconds,
    check: (pods) => {
      const left = removed(pods).map(whereItIs).join('; ');
      if (left !== told && left !== '')
        operation.progress({ step: 'remove pods', state: 'waiting', detail: `for ${left}` });
      told = left;
      return left === '' ? true : undefined;
    },
    late: (pods) =>
      pods === undefined
        ? `The API server did not say whether pods of ${service} are left.`
        : `Pods of ${service} are left: ${removed(pods).map(whereItIs).join('; ')}.`,
  });
}

/** Whether the pod is a member from `count` on. Pods of other names, of a Deployment, go by themselves. */
function isBeyond({ metadata }: LiveObject, service: string, count: number): boolean {
  const ordinal = /-(\d+)$/.exec(metadata.name)?.[1];
  return ordinal !== undefined && metadata.name === memberName(service, Number(ordinal)) && Number(ordinal) >= count;
}

function whereItIs(pod: LiveObject): string {
  const node = textAt(pod, 'spec', 'nodeName');
  return `${pod.metadata.name} on ${node ?? 'no node'}`;
}

function replicasOf(live: LiveObject): number {
  return numberAt(live, 'spec', 'replicas') ?? 1;
}

function withReplicas(live: LiveObject, replicas: number): LiveObject {
  const { spec } = live;
  return { ...live, spec: { ...(typeof spec === 'object' ? spec : {}), replicas } };
}
