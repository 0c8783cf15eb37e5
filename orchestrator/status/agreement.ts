import type { StaticIpRecord } from '../../common/domain/records.ts';
import { wantedAddress } from './dns-in-sync.ts';
import { leadsTo, type MemberFacts, mayHave, valuesOf } from './member-facts.ts';
import type { MemberStatus } from './service-status.ts';

type Answer = MemberStatus['agrees'];

/**
 * Whether record, EC2, DNS and Kubernetes name one owner of the member, which may be nobody. A claim or release that is under way is no
 * agreement. One certain No is enough; a Yes needs all of them.
 */
export function agreement(facts: MemberFacts): Answer {
  const answers = [
    ...(mayHave(facts.hasAddress) ? [recordAndHolder(facts), recordAndPod(facts)] : []),
    ...(mayHave(facts.hasName) ? [nameAndAddress(facts)] : []),
    'unknown' in facts.pod ? ('Unknown' as const) : ('True' as const),
  ];
  if (answers.includes('False')) return 'False';
  return answers.includes('Unknown') ? 'Unknown' : 'True';
}

function recordAndHolder({ record, holder }: MemberFacts): Answer {
  if ('unknown' in record) return 'Unknown';
  if (isMoving(record.value)) return 'False';
  if ('unknown' in holder) return 'Unknown';
  const { value: held } = holder;
  if (record.value?.owner?.state === 'owned') return yes(held?.id === record.value.interfaceId);
  // Given up, or never claimed: with the policy `keep`, and in FireCamp's own records, the interface has it on.
  return yes(held === undefined || held.id === record.value?.interfaceId);
}

function recordAndPod({ record, pod, wanted }: MemberFacts): Answer {
  if ('unknown' in record) return 'Unknown';
  if (record.value === undefined && wanted) return 'False';
  if (isMoving(record.value)) return 'False';
  if ('unknown' in pod) return 'Unknown';
  const { owner } = record.value ?? {};
  return yes(owner?.state === 'owned' ? pod.value?.uid === owner.podUid : pod.value === undefined);
}

function nameAndAddress(facts: MemberFacts): Answer {
  const { dns, wanted } = facts;
  const address = wantedAddress(facts);
  if ('unknown' in dns || 'unknown' in address) return 'Unknown';
  // A name that follows its node keeps the last one's address while there is no pod.
  if (address.value === undefined) return yes(!wanted || !('value' in facts.hasAddress && facts.hasAddress.value));
  return yes(leadsTo(dns.value, address.value) || (!wanted && valuesOf(dns.value).length === 0));
}

function isMoving(record: StaticIpRecord | undefined): boolean {
  return record?.owner?.state === 'claiming' || record?.owner?.state === 'releasing';
}

function yes(it: boolean): Answer {
  return it ? 'True' : 'False';
}
