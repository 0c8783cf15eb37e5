import { readMember } from '../common/address/member-records.ts';
import { RequestFailedError } from '../common/domain/errors.ts';
import type { PodAnswer } from '../common/domain/own-pod.ts';
import type { MemberRecord, ServiceAttrRecord } from '../common/domain/records.ts';
import type { HostLink } from '../common/ports/host.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { retryTransient } from '../common/runtime/retry.ts';
import { together } from '../common/runtime/together.ts';
import type { ClaimConfig } from './config.ts';

/** The API server is asked again for so long before our pod counts as unknown. */
const podPolicy = { firstDelayMs: 200, maxDelayMs: 1000, totalMs: 5000 };

/** The API server did not tell about our pod. Never read as "gone". */
export interface PodUnknown {
  readonly unknown: RequestFailedError;
}

/** The first wave of a claim: everything that needs no earlier answer. */
export interface MemberView {
  readonly pod: PodAnswer | PodUnknown;
  readonly attr: ServiceAttrRecord;
  readonly member: MemberRecord;
  readonly links: readonly HostLink[];
}

/** A member with a static IP, and what must have been read before anything is touched. */
export interface StaticMemberView extends MemberView {
  readonly ip: string;
  readonly ready: Promise<unknown>;
}

/** Reads our pod, the service and the member, and the host's links side by side; fetches the metadata session token early. */
export async function observeMember(ports: MemberPorts, config: ClaimConfig, signal: AbortSignal): Promise<MemberView> {
  const [pod, records, links] = await together(signal, [
    (joined) => readOwnPod(ports, config, joined),
    (joined) => readMember(ports, config, joined),
    (joined) => ports.host.links({ signal: joined }),
    // Only to have the token early: whoever needs the metadata service meets its failure again.
    (joined) => ports.metadata.prepare({ signal: joined }).catch(() => undefined),
  ]);
  return { pod, ...records, links };
}

/** Our own pod now, or why it could not be told. */
export async function readOwnPod(
  ports: Pick<MemberPorts, 'pods' | 'clock' | 'random'>,
  config: Pick<ClaimConfig, 'namespace' | 'memberName'>,
  signal: AbortSignal,
): Promise<PodAnswer | PodUnknown> {
  const context = { clock: ports.clock, random: ports.random, signal };
  const get = () => ports.pods.get(config.namespace, config.memberName, { signal });
  try {
    return await retryTransient(get, podPolicy, context);
  } catch (error) {
    if (error instanceof RequestFailedError) return { unknown: error };
    throw error;
  }
}

/** Whether the API server told about the pod. */
export function isKnown(pod: PodAnswer | PodUnknown): pod is PodAnswer {
  return typeof pod === 'string' || !('unknown' in pod);
}
