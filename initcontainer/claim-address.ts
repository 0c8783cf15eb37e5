import { type SeenRecord, withState, writeOwner } from '../common/address/address-record.ts';
import { attachToHost } from '../common/address/host-address.ts';
import { requestTimeoutMs } from '../common/address/no-late-requests.ts';
import { ClaimRaceLostError } from '../common/domain/claim-errors.ts';
import { standing } from '../common/domain/claim-order.ts';
import type { ClaimPlan } from '../common/domain/claim-plan.ts';
import type { StaticIpRecord } from '../common/domain/records.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import type { PhaseTimer } from '../common/runtime/phase-timer.ts';
import { abandonClaim } from './abandon-claim.ts';
import { asLostRace, type OwnedRecord, writeIntent } from './claim-intent.ts';
import type { ClaimSignals } from './claim-signals.ts';
import type { ClaimConfig } from './config.ts';
import { confirmAddress } from './confirm-address.ts';
import { decideClaim } from './decide-claim.ts';
import { moveAddress, type Sent } from './move-address.ts';
import type { StaticMemberView } from './observe-member.ts';

/** How long the lock of an address is waited for at most. Milliseconds. */
const maxLockTimeoutMs = 60_000;

/** An older pod writes the record twice while it releases, and once when its release was cut off before. */
const maxDecisions = 4;

/** An address that is this pod's. */
export interface Claimed {
  /** The record as the claim found it. */
  readonly before: StaticIpRecord;
  readonly instanceId: string;
  readonly interfaceId: string;
  readonly epoch: number;
  /** Whether an address had to be moved in EC2. */
  readonly assigned: boolean;
}

/**
 * Claims the address: observe, decide, intent, move, confirm, host, owned; all under the host's lock of the address.
 *
 * Leaves the record `owned` by this pod and the address on its interface and on the host; or, on an error before the intent, everything as it
 * was; or, after it, a record that the next run, the winner or the stop container goes on from.
 */
export async function claimAddress(
  ports: MemberPorts,
  config: ClaimConfig,
  view: StaticMemberView,
  timer: PhaseTimer,
  signals: ClaimSignals,
): Promise<Claimed> {
  const signal = AbortSignal.any([signals.interrupt, signals.deadline]);
  await using _lock = await timer.measure('lock', () => acquireLock(ports, config, view.ip, signal));
  const { plan, before, intent } = await decideAndRecord(ports, config, view, timer, signal);
  const sent: Sent = { assign: false, unanswered: false };
  try {
    await ports.files.writeClaim(
      {
        address: view.ip,
        epoch: plan.epoch,
        interfaceId: plan.target.id,
        mac: plan.target.mac,
        podUid: config.podUid,
      },
      { signal },
    );
    const held = await holdInEc2(
      ports,
      config,
      { seen: intent.seen, plan, record: intent.record },
      sent,
      timer,
      signals,
    );
    await timer.measure('host', () =>
      attachToHost(ports, view.ip, plan.target, {
        lifetimeSeconds: config.addressLifetimeSeconds,
        announce: config.announce,
        signal,
      }),
    );
    await timer.measure('owned', () => writeOwned(ports, held, intent.record, timer, signal));
  } catch (error) {
    await timer.measure('abandon', () => abandonClaim(ports, config, intent.record, sent, error, signals));
    throw error;
  }
  const { instanceId } = intent.record;
  return { before, instanceId, interfaceId: plan.target.id, epoch: plan.epoch, assigned: sent.assign };
}

/**
 * The decision and its compare-and-set. A race lost to an older pod is none: its release was written between our read and our intent, so the
 * decision is made anew on what it left.
 */
async function decideAndRecord(
  ports: MemberPorts,
  config: ClaimConfig,
  view: StaticMemberView,
  timer: PhaseTimer,
  signal: AbortSignal,
) {
  for (let attempt = 1; ; attempt++) {
    const { plan, seen, who } = await timer.measure('observe node', () => decideClaim(ports, config, view, signal));
    await view.ready;
    signal.throwIfAborted();
    try {
      const intent = await timer.measure('intent', () => writeIntent(ports, seen, plan, who, signal));
      return { plan, before: seen.stored.record, intent };
    } catch (error) {
      const winner = error instanceof ClaimRaceLostError ? error.winner?.owner : undefined;
      if (attempt === maxDecisions || winner === undefined || standing(who, winner) !== 'newer') throw error;
    }
  }
}

function acquireLock(ports: MemberPorts, config: ClaimConfig, ip: string, signal: AbortSignal) {
  const holder = {
    program: 'firecamp-initcontainer',
    pid: process.pid,
    podUid: config.podUid,
    since: new Date(ports.clock.wall()).toISOString(),
  };
  // Half of the claim's time: its end would only say that the time was over, not who holds the lock.
  const timeoutMs = Math.min(maxLockTimeoutMs, (config.claimTimeoutSeconds * 1000) / 2);
  return ports.lock.acquire(`${config.cluster}/${ip}`, holder, { signal, timeoutMs });
}

/** Moves the address where that is needed, until EC2 and the instance metadata agree that it is here. */
async function holdInEc2(
  ports: MemberPorts,
  config: ClaimConfig,
  claim: { readonly seen: SeenRecord; readonly plan: ClaimPlan; readonly record: OwnedRecord },
  sent: Sent,
  timer: PhaseTimer,
  signals: ClaimSignals,
): Promise<SeenRecord> {
  const signal = AbortSignal.any([signals.interrupt, signals.deadline]);
  const { plan } = claim;
  const mine = claim.record.owner;
  let move = { target: plan.target, mine, cluster: config.cluster, heldByCluster: plan.holder !== 'nobody' };
  let current = claim.seen;
  let { assign, confirmAgain } = plan;
  for (;;) {
    const from = current;
    if (assign) {
      current = await timer.measure('assign', () =>
        moveAddress(ports, from, move, sent, { signal, deadline: signals.deadline }),
      );
    }
    const confirmed = await timer.measure('confirm', () =>
      confirmAddress(ports, claim.record.ip, plan.target, mine, signal),
    );
    assign = confirmed.kind === 'elsewhere';
    if (confirmed.kind === 'elsewhere') {
      // Whose it is now was not looked at.
      move = { ...move, heldByCluster: false };
      continue;
    }
    current = confirmed.seen;
    if (!confirmAgain) return current;
    confirmAgain = false;
    // A request of an earlier run or release may still arrive and undo ours: look again when it would have timed out.
    await timer.measure('settle', () => ports.clock.sleep(requestTimeoutMs, { signal }));
  }
}

async function writeOwned(
  ports: MemberPorts,
  held: SeenRecord,
  record: OwnedRecord,
  timer: PhaseTimer,
  signal: AbortSignal,
): Promise<void> {
  const owned = withState(record, record.owner, 'owned', ports.clock.wall(), { phaseMillis: timer.millis });
  try {
    await writeOwner(ports, held, owned, signal);
  } catch (error) {
    throw asLostRace(record.ip, error);
  }
}
