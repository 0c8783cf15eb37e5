import { assertStaticIpWhereRequired } from '../common/address/member-records.ts';
import { DeadlineExceededError, InterruptedError } from '../common/domain/errors.ts';
import { failureEvent } from '../common/domain/failure-event.ts';
import { assertLiving } from '../common/domain/own-pod.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { PhaseTimer } from '../common/runtime/phase-timer.ts';
import { claimAddress } from './claim-address.ts';
import { claimedEvent } from './claim-events.ts';
import type { ClaimSignals } from './claim-signals.ts';
import type { ClaimConfig } from './config.ts';
import { fetchConfigFiles, writeConfigFiles } from './config-files.ts';
import { isKnown, type MemberView, observeMember } from './observe-member.ts';
import { type NameStanding, settleNodeName, settleStaticName } from './settle-name.ts';

/** What a claim came to. */
export interface ClaimResult {
  readonly ip: string | undefined;
  readonly interfaceId: string | undefined;
  readonly epoch: number | undefined;
  /** Whether an address had to be moved in EC2. */
  readonly assigned: boolean;
  readonly name: NameStanding;
  readonly filesWritten: readonly string[];
  readonly phaseMillis: Readonly<Record<string, number>>;
}

/**
 * The whole main job of the init container: the member's address and name come to this node, its config files and its static IP file to
 * its volume. Idempotent: killed after any step it can be run again, here or elsewhere. Tells what came of it as Events.
 *
 * @throws FirecampError of the catalogue; a refusal leaves everything as it was
 */
export async function claimMember(
  ports: MemberPorts,
  config: ClaimConfig,
  signals: ClaimSignals,
): Promise<ClaimResult> {
  const timer = new PhaseTimer(ports.clock, ports.log);
  try {
    return await runClaim(ports, config, timer, signals);
  } catch (error) {
    const failure = overdue(config, timer, signals, error) ?? error;
    const event = failureEvent(timer.last === 'dns' ? 'UpdateDNS' : 'ClaimStaticIP', failure);
    if (event !== undefined) ports.events.tell(event);
    throw failure;
  }
}

/** The end of the claim's own time as the error that it is; undefined for any other. */
function overdue(
  config: ClaimConfig,
  timer: PhaseTimer,
  signals: ClaimSignals,
  error: unknown,
): DeadlineExceededError | undefined {
  const ended = error instanceof InterruptedError || error === signals.deadline.reason;
  if (!ended || signals.interrupt.aborted || !signals.deadline.aborted) return undefined;
  const where = `The claim was not done after ${config.claimTimeoutSeconds} s; it was in phase "${timer.last}".`;
  const message = error instanceof InterruptedError ? `${where} ${error.message}` : where;
  return new DeadlineExceededError(message, { cause: error });
}

async function runClaim(
  ports: MemberPorts,
  config: ClaimConfig,
  timer: PhaseTimer,
  signals: ClaimSignals,
): Promise<ClaimResult> {
  const signal = AbortSignal.any([signals.interrupt, signals.deadline]);
  const view = await timer.measure('observe member', () => observeMember(ports, config, signal));
  if (isKnown(view.pod)) assertLiving(view.pod, config.memberName, config.podUid);
  assertStaticIpWhereRequired(view.attr, view.member);
  const ids = [...view.attr.configs, ...view.member.configs];
  const fetching = fetchConfigFiles(ports, view.attr.serviceUuid, ids, signal);
  // It is awaited before anything is touched; until then its failure must not count as unhandled.
  fetching.catch(() => undefined);
  const outcome = await settleAddressAndName(ports, config, { ...view, ready: fetching }, timer, signals);
  const files = await fetching;
  const filesWritten = await timer.measure('files', async () => {
    const { written } = await writeConfigFiles(ports, files, signal);
    if (outcome.ip !== undefined) await ports.files.writeStaticIp(outcome.ip, { signal });
    return written;
  });
  return { ...outcome, filesWritten, phaseMillis: timer.millis };
}

type Outcome = Omit<ClaimResult, 'filesWritten' | 'phaseMillis'>;
type ReadyView = MemberView & { readonly ready: Promise<unknown> };

async function settleAddressAndName(
  ports: MemberPorts,
  config: ClaimConfig,
  view: ReadyView,
  timer: PhaseTimer,
  signals: ClaimSignals,
): Promise<Outcome> {
  const ip = view.member.staticIp;
  const signal = AbortSignal.any([signals.interrupt, signals.deadline]);
  if (ip === '') {
    await view.ready;
    const name = await settleNodeName(ports, config, view, timer, signal);
    return { ip: undefined, interfaceId: undefined, epoch: undefined, assigned: false, name };
  }
  await using name = settleStaticName(ports, config, view, ip, signal);
  const claimed = await claimAddress(ports, config, { ...view, ip }, timer, signals);
  // Told now, so that it is on its way while the name settles and the files are written.
  ports.events.tell(claimedEvent(ip, config.podUid, claimed));
  const { interfaceId, epoch, assigned } = claimed;
  return { ip, interfaceId, epoch, assigned, name: await name.settled() };
}
