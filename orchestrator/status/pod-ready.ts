import type { Verdict } from './address-held.ts';
import type { MemberFacts } from './member-facts.ts';
import type { PodState } from './service-status.ts';

/** Whether the member's pod is Ready, and if not why, as far as Kubernetes tells. */
export function podReady({ pod }: Pick<MemberFacts, 'pod'>): Verdict {
  if ('unknown' in pod) return { reason: 'PodUnread', message: `its pod could not be read: ${pod.unknown}` };
  if (pod.value === undefined) return { reason: 'PodMissing', message: 'it has no pod' };
  return verdictOf(pod.value);
}

function verdictOf(pod: PodState): Verdict {
  const why = pod.trouble.join('; ');
  const because = why === '' ? '' : `: ${why}`;
  if (pod.terminating) return { reason: 'PodTerminating', message: `its pod is being deleted${because}` };
  if (pod.ready) return { reason: 'PodReady', message: `its pod is Ready on ${pod.node ?? 'an unknown node'}` };
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') {
    return { reason: 'PodEnded', message: `its pod has ended (${pod.phase})${because}` };
  }
  if (pod.node === undefined) return { reason: 'PodUnscheduled', message: `its pod has no node yet${because}` };
  if (why !== '') return { reason: 'ContainerFailing', message: `its pod has trouble on ${pod.node}${because}` };
  const warned = pod.lastWarning === undefined ? '' : `: ${pod.lastWarning}`;
  if (pod.phase !== 'Running') return { reason: 'PodStarting', message: `its pod is starting on ${pod.node}${warned}` };
  return { reason: 'PodNotReady', message: `its pod runs on ${pod.node} and is not Ready${warned}` };
}
