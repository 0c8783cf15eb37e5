import type { Layer } from '../status/layer.ts';
import { type MemberFacts, mayHave } from '../status/member-facts.ts';
import { addressFindings } from './address-findings.ts';
import type { MemberFinding } from './finding.ts';
import { leave, makeFinding, seenAt } from './make-finding.ts';
import { nameFindings } from './name-findings.ts';

/**
 * Where record, EC2, DNS and Kubernetes do not name one owner of the member, which may be nobody; nothing where they do. Each difference
 * stands by itself. A layer that could not be read is a finding of its own and makes no other: nothing is wrong because of it.
 */
export function memberFindings(facts: MemberFacts): MemberFinding[] {
  return [
    ...(mayHave(facts.hasAddress) ? addressFindings(facts) : []),
    ...(mayHave(facts.hasName) ? nameFindings(facts) : []),
    ...unreadLayers(facts),
  ];
}

function unreadLayers(facts: MemberFacts): MemberFinding[] {
  const { hasAddress, hasName, record, holder, dns, pod, name, at } = facts;
  const layers: readonly (readonly [Layer, object])[] = [
    ...(mayHave(hasAddress)
      ? ([
          ['record', record],
          ['ec2', holder],
        ] as const)
      : []),
    ...(mayHave(hasName) ? ([['dns', dns]] as const) : []),
    ['kubernetes', pod],
  ];
  return layers.flatMap(([layer, observed]) => {
    if (!('unknown' in observed)) return [];
    return [unread(layer, { member: name, found: String(observed.unknown), at })];
  });
}

/** The finding that a layer could not be read. */
export function unread(
  layer: Layer,
  { member, found, at }: { readonly member?: string; readonly found: string; readonly at: number },
): MemberFinding {
  return makeFinding('FC-AUD-020', {
    kind: 'unknown',
    layer,
    member,
    found,
    since: seenAt(at),
    mend: leave('Unknown'),
  });
}
