import { FirecampError } from '../common/domain/errors.ts';
import { failureEvent } from '../common/domain/failure-event.ts';
import type { MemberEvent } from '../common/domain/member-event.ts';
import { assertLiving } from '../common/domain/own-pod.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import type { PhaseTimer } from '../common/runtime/phase-timer.ts';
import { nameEvent } from './claim-events.ts';
import type { ClaimConfig } from './config.ts';
import { ensureNodeName, ensureStaticName, type MemberDnsName, type NameResult } from './member-name.ts';
import { isKnown, type MemberView } from './observe-member.ts';

/** How a member's name stands at the end of a claim; `unsettled` is not known to be right. */
export type NameStanding = NameResult['kind'] | 'unregistered' | 'unsettled';

/** How long the end of a claim waits for the name of a member whose address is settled. Milliseconds. */
const nameGraceMs = 1000;

/** The name of a member with a static IP, looked at beside the claim of its address. */
export interface StaticName extends AsyncDisposable {
  /** How it stands once the address is settled, or a second later. Its trouble warns and never blocks: this never rejects. */
  settled(): Promise<NameStanding>;
}

/** Begins to look at the name and to mend it. Its disposal ends that and waits for the end. */
export function settleStaticName(
  ports: MemberPorts,
  config: ClaimConfig,
  view: MemberView,
  ip: string,
  signal: AbortSignal,
): StaticName {
  const naming = new AbortController();
  const either = AbortSignal.any([signal, naming.signal]);
  const wanted = dnsName(config, view, ip);
  const standing = wanted === undefined ? Promise.resolve('unregistered' as const) : mended(ports, wanted, either);
  return {
    async settled() {
      const late = ports.clock.sleep(nameGraceMs, { signal: either }).then(() => 'late' as const);
      const first = await Promise.race([standing, late.catch(() => 'unsettled' as const)]);
      if (first !== 'late') return first;
      const slow = `The name of ${config.memberName} was not known to be ${ip} ${nameGraceMs} ms after its address was settled.`;
      ports.log.warn('the name of the member is not known to be right yet', { ip });
      tell(ports, failureEvent('UpdateDNS', new FirecampError('FC-DNS-001', slow)));
      return 'unsettled';
    },
    async [Symbol.asyncDispose]() {
      naming.abort();
      await standing;
    },
  };
}

async function mended(ports: MemberPorts, wanted: MemberDnsName, signal: AbortSignal): Promise<NameStanding> {
  try {
    const result = await ensureStaticName(ports, wanted, signal);
    tell(ports, nameEvent(wanted, result));
    return result.kind;
  } catch (error) {
    if (!signal.aborted) {
      ports.log.warn('the name of the member could not be checked or mended', { name: wanted.name, error });
      tell(ports, failureEvent('UpdateDNS', error));
    }
    return 'unsettled';
  }
}

/**
 * The name of a member without a static IP, which follows the node: right in Route 53 and at the resolver when this is done.
 *
 * @throws FirecampError of the catalogue: FC-CFG-001 when the node's address is not known
 */
export async function settleNodeName(
  ports: MemberPorts,
  config: ClaimConfig,
  view: MemberView,
  timer: PhaseTimer,
  signal: AbortSignal,
): Promise<NameStanding> {
  if (!isKnown(view.pod)) throw view.pod.unknown;
  const hostIp = config.hostIp ?? assertLiving(view.pod, config.memberName, config.podUid).hostIp;
  const wanted = hostIp === undefined ? undefined : dnsName(config, view, hostIp);
  if (wanted !== undefined) {
    const result = await timer.measure('dns', () => ensureNodeName(ports, wanted, signal));
    tell(ports, nameEvent(wanted, result));
    return result.kind;
  }
  if (view.attr.registerDns && hostIp === undefined) {
    const message = 'The address of this node is not known: neither HOST_IP nor the pod’s status.hostIP has it.';
    throw new FirecampError('FC-CFG-001', message);
  }
  return 'unregistered';
}

function tell(ports: MemberPorts, event: MemberEvent | undefined): void {
  if (event !== undefined) ports.events.tell(event);
}

function dnsName(config: ClaimConfig, view: MemberView, ip: string): MemberDnsName | undefined {
  const { registerDns, hostedZoneId, domainName } = view.attr;
  if (!registerDns || hostedZoneId === '' || domainName === '') return undefined;
  return { hostedZoneId, name: `${config.memberName}.${domainName}`.toLowerCase(), ip };
}
