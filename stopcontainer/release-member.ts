import { readAddress } from '../common/address/address-record.ts';
import { detachAddress } from '../common/address/detach-address.ts';
import { detachFromHost } from '../common/address/host-address.ts';
import { readMember } from '../common/address/member-records.ts';
import { failureEvent } from '../common/domain/failure-event.ts';
import type { MemberEvent } from '../common/domain/member-event.ts';
import { decideRelease, type ReleaseDecision, type Releaser } from '../common/domain/release-decision.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { RecordConflictError, RecordNotFoundError } from '../common/ports/record-store.ts';
import { withinDeadline } from '../common/runtime/deadline.ts';
import type { RetryPolicy } from '../common/runtime/retry.ts';
import type { ReleaseConfig } from './config.ts';
import { type PodEnd, readPodEnd } from './end-of-pod.ts';
import { inspectFiles, removeFiles } from './member-files-found.ts';
import { releaseEvent } from './release-events.ts';
import type { ReleaseResult } from './release-result.ts';

/** So long before its own end a release gives up waiting for the lock, so that it can still say who holds it. Milliseconds. */
const lockMarginMs = 500;

/**
 * Gives the member's address back when, and only when, our pod is over and the record gives the address to us. Files are
 * looked at and reported; they decide nothing. Ends inside its deadline, whatever does not answer. Tells what came of it as an Event.
 *
 * @param grace milliseconds that the release may take
 * @throws DeadlineExceededError when they were not enough; LockHeldError; the failures of the record store
 */
export async function releaseMember(ports: MemberPorts, config: ReleaseConfig, grace: number): Promise<ReleaseResult> {
  const tell = (event: MemberEvent | undefined): void => {
    if (event !== undefined) ports.events.tell(event);
  };
  try {
    const result = await withinDeadline(ports.clock, grace, 'Releasing the member', (signal) =>
      releaseUntil(ports, config, ports.clock.monotonic() + grace, signal),
    );
    tell(releaseEvent(result, config.detachPolicy));
    return result;
  } catch (error) {
    tell(failureEvent('ReleaseStaticIP', error));
    throw error;
  }
}

async function releaseUntil(
  ports: MemberPorts,
  config: ReleaseConfig,
  latest: number,
  signal: AbortSignal,
): Promise<ReleaseResult> {
  const start = ports.clock.monotonic();
  const end = await readPodEnd(ports, config, signal);
  if (end.kind === 'living') {
    const ip = await inspectFiles(ports, signal);
    return { kind: 'kept', ip, why: 'the pod lives on: a signal to this container alone releases nothing' };
  }
  if (end.kind === 'unknown') return { kind: 'unknown', why: end.error.message, error: end.error };
  ports.log.info('the pod is over', { why: end.why });
  const endsAt = Math.min(latest, start + graceLeft(ports, end));
  const ip = await findAddress(ports, config, signal, endsAt);
  if (ip === undefined) return { kind: 'kept', ip, why: 'the member has no static IP' };
  return await releaseAddress(ports, config, ip, end, { endsAt, signal });
}

/** The pod's own grace period, by the API server's clock; one that is over already counts for the two seconds that kubelet leaves. */
function graceLeft(ports: MemberPorts, end: Extract<PodEnd, { kind: 'ending' }>): number {
  if (end.graceEndsAt === undefined || Number.isNaN(end.graceEndsAt)) return Number.POSITIVE_INFINITY;
  return Math.max(2000, end.graceEndsAt - ports.clock.wall());
}

/** The member's record says which address is the member's. Only when that record is gone is a file believed, as a hint to a record. */
async function findAddress(
  ports: MemberPorts,
  config: ReleaseConfig,
  signal: AbortSignal,
  endsAt: number,
): Promise<string | undefined> {
  const hint = await inspectFiles(ports, signal);
  try {
    const { member } = await readMember(ports, config, signal, within(ports, endsAt));
    if (member.staticIp !== '' && hint !== undefined && hint !== member.staticIp) {
      ports.log.warn('a file names another address than the record; the record counts', {
        file: hint,
        record: member.staticIp,
      });
    }
    return member.staticIp === '' ? undefined : member.staticIp;
  } catch (error) {
    if (error instanceof RecordNotFoundError && hint !== undefined) {
      ports.log.warn('the member’s record is gone; its address record decides', { ip: hint, error });
      return hint;
    }
    throw error;
  }
}

async function releaseAddress(
  ports: MemberPorts,
  config: ReleaseConfig,
  ip: string,
  end: Extract<PodEnd, { kind: 'ending' }>,
  limit: { readonly endsAt: number; readonly signal: AbortSignal },
): Promise<ReleaseResult> {
  const { signal, endsAt } = limit;
  const timeoutMs = Math.max(0, endsAt - ports.clock.monotonic() - lockMarginMs);
  await using _lock = await ports.lock.acquire(`${config.cluster}/${ip}`, lockHolder(ports, config), {
    signal,
    timeoutMs,
  });
  const seen = await readAddress(ports, ip, signal, within(ports, endsAt));
  const me = await releaser(ports, config, end, signal);
  const decision = decideRelease(seen.stored.record, me);
  ports.log.info('release decided', { ip, decision: decision.kind, why: 'why' in decision ? decision.why : undefined });
  switch (decision.kind) {
    case 'nothing':
      return { kind: 'kept', ip, why: decision.why };
    case 'hostOnly':
      await detachFromHost(ports, ip, signal);
      return { kind: 'kept', ip, why: decision.why };
    case 'tidy':
      await detachFromHost(ports, ip, signal);
      await removeFiles(ports, ip, signal);
      return { kind: 'released', ip };
    default:
      return await detach(ports, config, seen, decision, limit);
  }
}

async function detach(
  ports: MemberPorts,
  config: ReleaseConfig,
  seen: Parameters<typeof detachAddress>[1],
  decision: Extract<ReleaseDecision, { kind: 'release' | 'takeOver' }>,
  limit: { readonly endsAt: number; readonly signal: AbortSignal },
): Promise<ReleaseResult> {
  const { ip } = seen.stored.record;
  const takeOver = decision.kind === 'takeOver';
  try {
    const result = await detachAddress(ports, seen, {
      newEpoch: takeOver,
      inFlight: takeOver,
      policy: config.detachPolicy,
      ...limit,
    });
    await removeFiles(ports, ip, limit.signal);
    return { ip, ...result };
  } catch (error) {
    if (!(error instanceof RecordConflictError)) throw error;
    return { kind: 'kept', ip, why: `somebody newer claimed ${ip} at the same moment` };
  }
}

async function releaser(
  ports: MemberPorts,
  config: ReleaseConfig,
  end: Extract<PodEnd, { kind: 'ending' }>,
  signal: AbortSignal,
): Promise<Releaser> {
  const remembered = config.claimPodUid === undefined || config.claimPodUid === config.podUid;
  const identity = await ports.metadata.identity({ signal }).catch((error: unknown) => {
    ports.log.warn('the instance metadata does not tell which instance this is', { error });
    return undefined;
  });
  return {
    podUid: config.podUid,
    podCreatedAt: end.createdAt,
    instanceId: identity?.instanceId,
    epoch: remembered ? config.claimEpoch : undefined,
  };
}

function lockHolder(ports: MemberPorts, config: ReleaseConfig) {
  return {
    program: 'firecamp-stopcontainer',
    pid: process.pid,
    podUid: config.podUid,
    since: new Date(ports.clock.wall()).toISOString(),
  };
}

function within(ports: MemberPorts, endsAt: number): RetryPolicy {
  return { firstDelayMs: 100, maxDelayMs: 1000, totalMs: Math.max(0, endsAt - ports.clock.monotonic()) };
}
