import { describeOwner } from '../common/domain/claim-errors.ts';
import { type MemberEvent, noteOf } from '../common/domain/member-event.ts';
import type { Claimed } from './claim-address.ts';
import type { MemberDnsName, NameResult } from './member-name.ts';

/** What is told of an address that was claimed: by nobody's leave where a pod other than ours had not released it. */
export function claimedEvent(ip: string, podUid: string, claimed: Claimed): MemberEvent {
  const { before, epoch, interfaceId, instanceId, assigned } = claimed;
  const { owner } = before;
  const where = `${assigned ? 'was moved to' : 'was already on'} ${interfaceId} of ${instanceId}, epoch ${epoch}`;
  const takenOver = owner !== undefined && owner.podUid !== podUid && owner.state !== 'released';
  return {
    action: 'ClaimStaticIP',
    reason: takenOver ? 'StaticIPTakenOver' : 'StaticIPClaimed',
    note: noteOf(`${ip} ${where}.${takenOver ? ` It was taken over from ${describeOwner(before)}.` : ''}`),
    subject: `epoch ${epoch}`,
  };
}

/** What is told of a name that was looked at; nothing where it was right. */
export function nameEvent({ name, ip }: MemberDnsName, result: NameResult): MemberEvent | undefined {
  if (result.kind !== 'changed') return undefined;
  const before = result.from.length === 0 ? 'no value' : result.from.join(', ');
  const note = noteOf(`The A record of ${name} was changed to ${ip}; it had ${before}.`);
  return { action: 'UpdateDNS', reason: 'DNSUpdated', note, subject: `${before} to ${ip}` };
}
