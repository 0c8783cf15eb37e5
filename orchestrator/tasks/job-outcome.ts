import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { listAt, numberAt, textAt } from '../definition/field-reader.ts';

/** How far a Job is. */
export interface JobOutcome {
  readonly state: 'running' | 'succeeded' | 'failed';
  /** RFC 3339; when it was decided. */
  readonly at: string | undefined;
  /** Why it failed, in the Job's own words. */
  readonly words: string | undefined;
}

/** The last of a Job, and those that tell its end before its pods are gone (Kubernetes documentation, "Jobs", "Job termination and cleanup"). */
const successes = ['Complete', 'SuccessCriteriaMet'];
const failures = ['Failed', 'FailureTarget'];

/**
 * What a Job's conditions say. Its outcome counts from when it is decided: pods that are still ending do not change it, and a pod on a lost
 * node would hide it for ever.
 */
export function jobOutcome(job: LiveObject): JobOutcome {
  const conditions = listAt(job, 'status', 'conditions').filter((one) => textAt(one, 'status') === 'True');
  const first = (types: readonly string[]) =>
    types.flatMap((type) => conditions.filter((one) => textAt(one, 'type') === type))[0];
  const at = (condition: unknown) => textAt(job, 'status', 'completionTime') ?? textAt(condition, 'lastTransitionTime');
  const failed = first(failures);
  if (failed !== undefined) {
    const parts = [textAt(failed, 'reason'), textAt(failed, 'message')].filter(
      (part) => part !== undefined && part !== '',
    );
    return { state: 'failed', at: at(failed), words: parts.join(': ') };
  }
  const succeeded = first(successes);
  if (succeeded !== undefined) return { state: 'succeeded', at: at(succeeded), words: undefined };
  return { state: 'running', at: undefined, words: undefined };
}

/** Why the pod that failed last did: the exit code and last words of its container, or its own message. */
export function podFailure(pods: readonly LiveObject[]): string | undefined {
  const failed = pods.filter((pod) => textAt(pod, 'status', 'phase') === 'Failed');
  const last = failed.toSorted((one, other) => (createdAt(one) < createdAt(other) ? -1 : 1)).at(-1);
  if (last === undefined) return undefined;
  const ends = listAt(last, 'status', 'containerStatuses').flatMap((status) => {
    const code = numberAt(status, 'state', 'terminated', 'exitCode');
    if (code === undefined || code === 0) return [];
    const said = textAt(status, 'state', 'terminated', 'message')?.trim();
    const reason = textAt(status, 'state', 'terminated', 'reason') ?? 'ended';
    return [`${reason} with exit code ${code}${said ? `: ${said}` : ''}`];
  });
  const own = [textAt(last, 'status', 'reason'), textAt(last, 'status', 'message')].filter((part) => part);
  return `pod ${last.metadata.name}: ${[...own, ...ends].join('; ') || 'failed'}`;
}

function createdAt(pod: LiveObject): string {
  return textAt(pod, 'metadata', 'creationTimestamp') ?? '';
}
