import { RequestFailedError } from '../common/domain/errors.ts';
import { endOfPod } from '../common/domain/own-pod.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { type RetryPolicy, retryTransient } from '../common/runtime/retry.ts';
import type { ReleaseConfig } from './config.ts';

/** The API server is asked again for so long before it counts as not telling. */
const podPolicy: RetryPolicy = { firstDelayMs: 200, maxDelayMs: 1000, totalMs: 4000 };

/** Whether our pod is over: SIGTERM alone does not say so, kubelet also restarts a sidecar under a living pod. */
export type PodEnd =
  | {
      readonly kind: 'ending';
      readonly why: string;
      readonly createdAt: string | undefined;
      /** End of the grace period, milliseconds since 1970 by the API server's clock. */
      readonly graceEndsAt: number | undefined;
    }
  | { readonly kind: 'living' }
  | { readonly kind: 'unknown'; readonly error: RequestFailedError };

/** Asks the API server about our pod, which is known by its UID and not by its name. */
export async function readPodEnd(
  ports: Pick<MemberPorts, 'pods' | 'clock' | 'random'>,
  config: Pick<ReleaseConfig, 'namespace' | 'memberName' | 'podUid'>,
  signal: AbortSignal,
): Promise<PodEnd> {
  const context = { clock: ports.clock, random: ports.random, signal };
  try {
    const get = () => ports.pods.get(config.namespace, config.memberName, { signal });
    const pod = await retryTransient(get, podPolicy, context);
    const why = endOfPod(pod, config.podUid);
    if (why === undefined) return { kind: 'living' };
    const own = typeof pod === 'object' && pod.uid === config.podUid ? pod : undefined;
    const graceEndsAt = own?.deletionTimestamp === undefined ? undefined : Date.parse(own.deletionTimestamp);
    return { kind: 'ending', why, createdAt: own?.createdAt, graceEndsAt };
  } catch (error) {
    if (error instanceof RequestFailedError) return { kind: 'unknown', error };
    throw error;
  }
}
