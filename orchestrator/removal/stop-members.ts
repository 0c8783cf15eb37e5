import { kinds } from '../objects/kinds.ts';
import { podPlace } from '../objects/pod-place.ts';
import { watchUntil } from '../objects/watch-until.ts';
import type { Operation } from '../operation.ts';
import { stopService } from '../presence/stop-service.ts';

/** A pod may have a grace period of minutes, and its stop container uses it. */
const podsGoneSeconds = 600;

/**
 * Scales the service to nothing and waits until its pods are gone, those too whose StatefulSet somebody has deleted from under them: only
 * then have the stop containers run, and only then is a member's address nobody's.
 *
 * @throws DeadlineExceededError FC-CLM-006 that names the pods which are left, where they are, and what holds them
 */
export async function stopMembers(operation: Operation, service: string): Promise<void> {
  if (operation.dryRun !== 'none') return;
  await stopService(operation, service, { timeoutSeconds: podsGoneSeconds });
  await watchUntil(operation, {
    kind: kinds.Pod,
    scope: { namespace: operation.settings.namespace, labelSelector: `firecamp-servicename=${service}` },
    seconds: podsGoneSeconds,
    check: (pods) => (pods.size === 0 ? true : undefined),
    late: (pods) =>
      pods === undefined
        ? `The API server did not say whether the pods of service ${service} are gone.`
        : `Pods of service ${service} are not gone: ${[...pods.values()].map(podPlace).sort().join('; ')}.`,
  });
}
