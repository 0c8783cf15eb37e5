import { memberFindings } from '../audit/member-findings.ts';
import type { MemberFacts } from './member-facts.ts';
import type { MemberStatus } from './service-status.ts';

/**
 * Whether record, EC2, DNS and Kubernetes name one owner of the member, which may be nobody: whether an audit finds nothing. A claim or
 * release that is under way is no agreement. One certain No is enough; a Yes needs all of them.
 */
export function agreement(facts: MemberFacts): MemberStatus['agrees'] {
  const kinds = new Set(memberFindings(facts).map(({ kind }) => kind));
  if (kinds.has('wrong') || kinds.has('pending')) return 'False';
  return kinds.has('unknown') ? 'Unknown' : 'True';
}
