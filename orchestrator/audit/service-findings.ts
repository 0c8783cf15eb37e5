import { recordChange } from '../status/last-change.ts';
import type { MemberFacts } from '../status/member-facts.ts';
import { membersOf, ordinalOf } from '../status/members-of-service.ts';
import { known, type Observations } from '../status/observations.ts';
import { type ServiceFault, serviceFaults, shapeOf } from '../status/service-faults.ts';
import { unreadSources } from '../status/unread-sources.ts';
import type { Finding, MemberFinding } from './finding.ts';
import type { FindingCode } from './finding-table.ts';
import { leave, makeFinding, seenAt } from './make-finding.ts';
import { memberFindings, unread } from './member-findings.ts';

/** How long creating or deleting a service may take; volumes, and pods that end slowly, take minutes. */
const overdueMs = 3_600_000;

/** How long pods may take to come after the records of a service that grows. */
const scalingMs = 600_000;

const codeOf: Readonly<Record<ServiceFault['fault'], FindingCode>> = {
  RecordsMissing: 'FC-AUD-013',
  RecordsPartial: 'FC-AUD-014',
  WorkloadMissing: 'FC-AUD-015',
  CountsDiffer: 'FC-AUD-016',
};

/** What was found of one service, and how many of its members were compared. */
export interface ServiceFindings {
  readonly members: number;
  /** Members of which nothing was found. */
  readonly agreed: number;
  readonly findings: readonly Finding[];
}

/**
 * Where the sources of a service disagree, as a whole and member by member. While a service is created or deleted everything of it is
 * pending. A source that could not be read is one finding, not one for each member.
 */
export function serviceFindings(seen: Observations, several: ReadonlySet<string> = new Set()): ServiceFindings {
  const sources = unreadSources(seen);
  const silent = new Set(sources.map(({ layer }) => layer));
  const members = factsOf(seen, several).map((facts) => memberFindings(facts).filter((one) => !isOfWhole(seen, one)));
  const all = [
    ...sources.map(({ source, layer, why }) => unread(layer, { found: `${source}: ${why}`, at: seen.at })),
    ...wholeFindings(seen),
    ...members.flat().filter(({ kind, layer }) => kind !== 'unknown' || !(silent.has(layer) || silent.has('record'))),
  ];
  const { namespace, name: service } = seen;
  const settled = unfinished(seen) === undefined;
  const findings = all.map((one) => ({ ...(settled ? one : unsettled(one)), namespace, service }));
  const agreed = members.filter((found) => found.length === 0).length;
  return { members: members.length, agreed, findings };
}

/** Where a service has no records at all, that each member lacks its own says nothing more. */
function isOfWhole({ records }: Observations, { code }: MemberFinding): boolean {
  return code === 'FC-AUD-004' && 'value' in records && records.value === undefined;
}

/** Members of a stateless service have neither address nor name to disagree about. */
function factsOf(seen: Observations, several: ReadonlySet<string>): MemberFacts[] {
  const { type, desired } = shapeOf(seen);
  if (type === 'stateless') return [];
  return membersOf(seen, desired).map((facts) => {
    const unclear = facts.staticIp !== undefined && several.has(facts.staticIp) && 'value' in facts.holder;
    const holder = { unknown: `EC2 names several holders of ${facts.staticIp}: its view of a move is not whole yet` };
    return unclear ? { ...facts, holder } : facts;
  });
}

function wholeFindings(seen: Observations): MemberFinding[] {
  const since = seenAt(seen.at);
  const faults = serviceFaults(seen).map(({ fault, message }) =>
    makeFinding(codeOf[fault], {
      kind: fault === 'CountsDiffer' && isScaling(seen) ? 'pending' : 'wrong',
      found: message,
      since,
      mend: leave('NeedsDecision'),
    }),
  );
  const status = unfinished(seen);
  if (status === undefined) return faults;
  const changed = recordChange(known(seen.records)?.attr?.record.lastModified ?? 0n);
  const overdue = changed !== undefined && seen.at - Date.parse(changed.at) > overdueMs;
  const going = makeFinding('FC-AUD-017', {
    kind: overdue ? 'wrong' : 'pending',
    found: `the service record says ${status}`,
    since: changed === undefined ? since : { at: changed.at, from: 'record' },
    mend: leave('Unsettled'),
  });
  return [going, ...faults];
}

/** Up, records come before pods; down, the pods that go are gone before the records say so. */
function isScaling(seen: Observations): boolean {
  const changed = recordChange(known(seen.records)?.attr?.record.lastModified ?? 0n);
  if (changed !== undefined && seen.at - Date.parse(changed.at) <= scalingMs) return true;
  const { desired } = shapeOf(seen);
  return (known(seen.pods) ?? []).some(({ name }) => {
    const ordinal = ordinalOf(seen.name, name);
    return ordinal !== undefined && ordinal >= desired;
  });
}

/** The status of a service that is not made in full, or no more. */
function unfinished({ records }: Observations): string | undefined {
  const status = known(records)?.attr?.record.status;
  return status === undefined || status === 'ACTIVE' ? undefined : status;
}

function unsettled(finding: MemberFinding): MemberFinding {
  if (finding.kind === 'unknown' || finding.code === 'FC-AUD-017') return finding;
  return { ...finding, kind: 'pending', mend: finding.mend.may ? leave('Unsettled') : finding.mend };
}
