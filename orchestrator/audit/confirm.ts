import type { Finding } from './finding.ts';
import { leave } from './make-finding.ts';

/**
 * What of a second look stands. The layers are read one after the other, so a claim that goes on between two reads looks like a
 * disagreement: only what both looks show is wrong. What the second shows alone is pending; what the first showed alone is over.
 */
export function confirmed(before: readonly Finding[], after: readonly Finding[]): Finding[] {
  const first = new Map(before.filter(({ kind }) => kind === 'wrong').map((one) => [keyOf(one), one]));
  return after.map((finding) => {
    if (finding.kind !== 'wrong') return finding;
    const earlier = first.get(keyOf(finding));
    if (earlier === undefined) return { ...finding, kind: 'pending', mend: leave('Unconfirmed') };
    return finding.since.from === 'seen' ? { ...finding, since: earlier.since } : finding;
  });
}

/** What makes two findings the same one: another holder in the second look is another finding. */
function keyOf({ namespace, service, code, member, subject, found }: Finding): string {
  return [namespace, service, code, member, subject, found].join(' ');
}
