import { PodGoneError } from './claim-errors.ts';

/** What the API server said of the pod that has our name. */
export type PodAnswer =
  | {
      readonly uid: string;
      readonly createdAt: string;
      readonly deletionTimestamp: string | undefined;
      readonly phase: string;
      readonly hostIp: string | undefined;
    }
  | 'gone'
  | 'refused';

/** Why our pod is over or about to be, or undefined while it lives. A pod is known by its UID, never by its name alone. */
export function endOfPod(answer: PodAnswer, podUid: string): string | undefined {
  if (answer === 'gone') return 'it no longer exists';
  if (answer === 'refused') return 'its token is refused by the API server, as that of a pod that is gone';
  if (answer.uid !== podUid) return `another pod (UID ${answer.uid}) has its name now`;
  if (answer.deletionTimestamp !== undefined)
    return `it is being deleted (grace period until ${answer.deletionTimestamp})`;
  if (answer.phase === 'Succeeded' || answer.phase === 'Failed') return `it has ended (phase ${answer.phase})`;
  return undefined;
}

/** @throws PodGoneError when the pod may not claim any more */
export function assertLiving(answer: PodAnswer, podName: string, podUid: string): Exclude<PodAnswer, string> {
  const end = endOfPod(answer, podUid);
  if (end !== undefined) throw new PodGoneError(`${podName} (UID ${podUid})`, end);
  return answer as Exclude<PodAnswer, string>;
}
