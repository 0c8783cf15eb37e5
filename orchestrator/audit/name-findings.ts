import { wantedAddress } from '../status/dns-in-sync.ts';
import { isLiving, leadsTo, type MemberFacts, valuesOf } from '../status/member-facts.ts';
import type { LeaveReason, MemberFinding, Mend } from './finding.ts';
import { leave, makeFinding, seenAt } from './make-finding.ts';
import { whyNotMended } from './why-not-mended.ts';

/** How the member's name in Route 53 differs from its address, as far as both could be read. */
export function nameFindings(facts: MemberFacts): MemberFinding[] {
  const { dns, dnsName = 'its name', wanted, name: member, at } = facts;
  const address = wantedAddress(facts);
  // A name that follows its node keeps the last one's address while there is no pod.
  if ('unknown' in dns || 'unknown' in address || address.value === undefined) return [];
  const ip = address.value;
  const values = valuesOf(dns.value);
  if (leadsTo(dns.value, ip) || (!wanted && values.length === 0)) return [];
  const parts = { member, subject: dnsName, expected: `${dnsName} leads to ${ip}`, since: seenAt(at) };
  if ('special' in dns.value) {
    return [
      makeFinding('FC-DNS-002', { ...parts, found: `${dnsName} is ${dns.value.special}`, mend: leave('NotOurs') }),
    ];
  }
  const kind = isFollowing(facts) ? 'pending' : 'wrong';
  const mend = mendOf(facts);
  if (values.length === 0) {
    return [makeFinding('FC-AUD-011', { ...parts, kind, found: `${dnsName} has no A record`, mend })];
  }
  return [makeFinding('FC-AUD-012', { ...parts, kind, found: `${dnsName} leads to ${values.join(', ')}`, mend })];
}

/** Whether the name follows the node of a pod that is still to become Ready, or ends: its claim changes the name before that. */
function isFollowing({ hasAddress, pod }: MemberFacts): boolean {
  if (!('value' in hasAddress) || hasAddress.value) return false;
  return 'value' in pod && pod.value !== undefined && !(pod.value.ready && isLiving(pod.value));
}

function mendOf(facts: MemberFacts): Mend {
  const { hasAddress, wanted } = facts;
  const fixed = 'value' in hasAddress && hasAddress.value;
  const because = wanted ? (fixed ? whyNotMended(facts) : whyNotFollowed(facts)) : 'NoLivingPod';
  if (because !== undefined) return leave(because);
  return { may: true, act: 'ChangeName', why: 'the member’s pod lives and no claim is under way' };
}

/** As `whyNotMended`, for a name that follows its pod's node: there is no record to tell of a claim, but the pod is Ready only after it. */
function whyNotFollowed({ pod }: MemberFacts): LeaveReason | undefined {
  if ('unknown' in pod) return 'Unknown';
  if (pod.value === undefined || !isLiving(pod.value)) return 'NoLivingPod';
  return pod.value.ready ? undefined : 'MidClaim';
}
