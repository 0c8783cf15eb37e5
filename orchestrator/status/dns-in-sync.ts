import type { Verdict } from './address-held.ts';
import { leadsTo, type MemberFacts, valuesOf } from './member-facts.ts';
import type { Observed } from './service-status.ts';

/** Whether the member's name in Route 53 leads to its static IP, or without one to its node. */
export function dnsInSync(facts: MemberFacts): Verdict {
  const { dns, dnsName } = facts;
  const name = dnsName ?? 'its name';
  if ('unknown' in dns) return { reason: 'DNSUnread', message: `${name} could not be read: ${dns.unknown}` };
  const wanted = wantedAddress(facts);
  if ('unknown' in wanted) return { reason: 'DNSUnread', message: `its address could not be read: ${wanted.unknown}` };
  if (wanted.value === undefined) return { reason: 'DNSAddressUnknown', message: `it has no address for ${name}` };
  if (leadsTo(dns.value, wanted.value)) return { reason: 'InSync', message: `${name} leads to ${wanted.value}` };
  const values = valuesOf(dns.value);
  if (values.length === 0)
    return { reason: 'DNSMissing', message: `${name} has no A record, it should be ${wanted.value}` };
  return { reason: 'DNSMismatch', message: `${name} leads to ${values.join(', ')}, not to ${wanted.value}` };
}

/** What the name has to lead to; undefined inside: there is nothing. */
export function wantedAddress({ hasAddress, staticIp, pod }: MemberFacts): Observed<string | undefined> {
  if ('unknown' in hasAddress) return hasAddress;
  if (hasAddress.value) return { value: staticIp };
  return 'unknown' in pod ? pod : { value: pod.value?.hostIp };
}
