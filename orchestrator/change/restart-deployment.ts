import { DeadlineExceededError, FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject, ObjectRef } from '../../common/ports/kube-objects.ts';
import { withinDeadline } from '../../common/runtime/deadline.ts';
import { numberAt } from '../definition/field-reader.ts';
import { podSelector, restartAnnotations } from '../manifests/names.ts';
import { kinds } from '../objects/kinds.ts';
import { kubeRetried } from '../objects/kube-calls.ts';
import { updateObject } from '../objects/update-object.ts';
import { type Operation, step } from '../operation.ts';
import { refuseStrange } from '../presence/workload.ts';
import type { RestartedMember } from '../service-operations.ts';
import { withField } from './restart-mark.ts';
import { restartPod } from './restart-view.ts';

/**
 * Restarts a stateless service: its Deployment gets a mark in the pod template and replaces the pods by its own rules, new ones first. Waits
 * until all are replaced. Run again while that goes on it begins anew, which costs such a service nothing.
 *
 * @returns the pods there are now
 * @throws FirecampError FC-CFG-001 for ordinals, FC-SVC-006 when it takes longer than `podTimeoutSeconds`
 */
export async function restartDeployment(
  operation: Operation,
  name: string,
  { ordinals, podTimeoutSeconds = 600 }: { readonly ordinals?: readonly number[]; readonly podTimeoutSeconds?: number },
): Promise<RestartedMember[]> {
  if (ordinals !== undefined) {
    const message = `${name} is a stateless service: its pods are all alike, and none can be restarted by its number.`;
    throw new FirecampError('FC-CFG-001', message, { fields: { service: name } });
  }
  const ref = { kind: kinds.Deployment, namespace: operation.settings.namespace, name };
  const at = new Date(operation.ports.clock.wall()).toISOString();
  const path = ['template', 'metadata', 'annotations', restartAnnotations.startedAt];
  await updateObject(operation, ref, (live) => {
    refuseStrange(operation, { ref, live }, name);
    return { ...live, spec: withField(live['spec'], path, at) };
  });
  if (operation.dryRun === 'none') {
    await step(operation, { step: 'replace pods' }, () => awaitReplaced(operation, ref, podTimeoutSeconds));
  }
  return await podsOf(operation, name);
}

async function awaitReplaced(operation: Operation, ref: ObjectRef, timeoutSeconds: number): Promise<void> {
  const { ports, progress, settings } = operation;
  const scope = { namespace: settings.namespace, fieldSelector: `metadata.name=${ref.name}` };
  let left = 'its controller has not begun';
  try {
    await withinDeadline(ports.clock, timeoutSeconds * 1000, `Replacing the pods of ${ref.name}`, async (deadline) => {
      const signal = AbortSignal.any([operation.signal, deadline]);
      for await (const event of ports.kube.watch(ref.kind, scope, { signal })) {
        const live = event.type === 'LISTED' ? event.objects[0] : event.object;
        const missing = live && stillMissing(live);
        if (missing === undefined) return;
        if (missing !== left) progress({ step: 'replace pods', state: 'waiting', detail: missing });
        left = missing;
      }
    });
  } catch (error) {
    if (!(error instanceof DeadlineExceededError)) throw error;
    const message = `The pods of ${ref.name} in namespace ${settings.namespace} were not replaced within ${timeoutSeconds} s: ${left}. Its Deployment goes on with it.`;
    throw new FirecampError('FC-SVC-006', message, { fields: { service: ref.name, timeoutSeconds }, cause: error });
  }
}

/** As `kubectl rollout status` counts (Kubernetes documentation, "Deployments", Complete Deployment). */
function stillMissing(live: LiveObject): string | undefined {
  const replicas = numberAt(live, 'spec', 'replicas') ?? 1;
  const status = (field: string) => numberAt(live, 'status', field) ?? 0;
  if (status('observedGeneration') < (numberAt(live, 'metadata', 'generation') ?? 0))
    return 'its controller has not begun';
  if (status('updatedReplicas') < replicas) return `${status('updatedReplicas')} of ${replicas} new pods`;
  if (status('replicas') > status('updatedReplicas'))
    return `${status('replicas') - status('updatedReplicas')} old pods`;
  if (status('availableReplicas') < replicas) return `${status('availableReplicas')} of ${replicas} pods available`;
  return undefined;
}

async function podsOf(operation: Operation, name: string): Promise<RestartedMember[]> {
  const labels = Object.entries(podSelector({ name }).matchLabels).map((label) => label.join('='));
  const scope = { namespace: operation.settings.namespace, labelSelector: labels.join(',') };
  const { items } = await kubeRetried(operation, (options) => operation.ports.kube.list(kinds.Pod, scope, options));
  return items
    .filter((pod) => !restartPod(pod).terminating)
    .map(({ metadata: { name: member, uid: podUid } }) => ({ member, outcome: 'restarted', podUid }));
}
