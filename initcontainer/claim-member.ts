import { assertStaticIpWhereRequired } from '../common/address/member-records.ts';
import { DeadlineExceededError, FirecampError, InterruptedError } from '../common/domain/errors.ts';
import { assertLiving } from '../common/domain/own-pod.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { PhaseTimer } from '../common/runtime/phase-timer.ts';
import { claimAddress } from './claim-address.ts';
import type { ClaimSignals } from './claim-signals.ts';
import type { ClaimConfig } from './config.ts';
import { fetchConfigFiles, writeConfigFiles } from './config-files.ts';
import { ensureNodeName, ensureStaticName, type MemberDnsName, type NameResult } from './member-name.ts';
import { isKnown, type MemberView, observeMember } from './observe-member.ts';

/** What a claim came to. */
export interface ClaimResult {
  readonly ip: string | undefined;
  readonly interfaceId: string | undefined;
  readonly epoch: number | undefined;
  /** Whether an address had to be moved in EC2. */
  readonly assigned: boolean;
  readonly name: NameResult['kind'] | 'unregistered' | 'unsettled';
  readonly filesWritten: readonly string[];
  readonly phaseMillis: Readonly<Record<string, number>>;
}

/** How long the end of a claim waits for the name of a member whose address is settled. Milliseconds. */
const nameGraceMs = 1000;

/**
 * The whole main job of the init container: the member's address and name come to this node, its config files and its static IP file to
 * its volume. Idempotent: killed after any step it can be run again, here or elsewhere.
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
    const ended = error instanceof InterruptedError || error === signals.deadline.reason;
    if (!ended || signals.interrupt.aborted || !signals.deadline.aborted) throw error;
    const where = `The claim was not done after ${config.claimTimeoutSeconds} s; it was in phase "${timer.last}".`;
    const message = error instanceof InterruptedError ? `${where} ${error.message}` : where;
    throw new DeadlineExceededError(message, { cause: error });
  }
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
  if (ip === '') return nodeNameOnly(ports, config, view, timer, signals);
  const naming = new AbortController();
  const nameSignal = AbortSignal.any([signals.interrupt, signals.deadline, naming.signal]);
  const name = staticName(ports, config, view, ip, nameSignal);
  try {
    const claimed = await claimAddress(ports, config, { ...view, ip }, timer, signals);
    const late = ports.clock.sleep(nameGraceMs, { signal: nameSignal }).then(() => 'unsettled' as const);
    const settled = await Promise.race([name, late.catch(() => 'unsettled' as const)]);
    if (settled === 'unsettled') ports.log.warn('the name of the member is not known to be right yet', { ip });
    return { ip, ...claimed, name: settled };
  } finally {
    naming.abort();
    await name;
  }
}

/** DNS of a static member, beside the claim: its trouble warns and never blocks, so this never rejects. */
async function staticName(
  ports: MemberPorts,
  config: ClaimConfig,
  view: ReadyView,
  ip: string,
  signal: AbortSignal,
): Promise<Outcome['name']> {
  const wanted = dnsName(config, view, ip);
  if (wanted === undefined) return 'unregistered';
  try {
    return (await ensureStaticName(ports, wanted, signal)).kind;
  } catch (error) {
    if (!signal.aborted)
      ports.log.warn('the name of the member could not be checked or mended', { name: wanted.name, error });
    return 'unsettled';
  }
}

async function nodeNameOnly(
  ports: MemberPorts,
  config: ClaimConfig,
  view: ReadyView,
  timer: PhaseTimer,
  signals: ClaimSignals,
): Promise<Outcome> {
  if (!isKnown(view.pod)) throw view.pod.unknown;
  const hostIp = config.hostIp ?? assertLiving(view.pod, config.memberName, config.podUid).hostIp;
  const none = { ip: undefined, interfaceId: undefined, epoch: undefined, assigned: false };
  await view.ready;
  const wanted = hostIp === undefined ? undefined : dnsName(config, view, hostIp);
  if (wanted !== undefined) {
    const signal = AbortSignal.any([signals.interrupt, signals.deadline]);
    const result = await timer.measure('dns', () => ensureNodeName(ports, wanted, signal));
    return { ...none, name: result.kind };
  }
  if (view.attr.registerDns && hostIp === undefined) {
    const message = 'The address of this node is not known: neither HOST_IP nor the pod’s status.hostIP has it.';
    throw new FirecampError('FC-CFG-001', message);
  }
  return { ...none, name: 'unregistered' };
}

function dnsName(config: ClaimConfig, view: MemberView, ip: string): MemberDnsName | undefined {
  const { registerDns, hostedZoneId, domainName } = view.attr;
  if (!registerDns || hostedZoneId === '' || domainName === '') return undefined;
  return { hostedZoneId, name: `${config.memberName}.${domainName}`.toLowerCase(), ip };
}
