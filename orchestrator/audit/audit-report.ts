import type { Finding, FindingKind } from './finding.ts';

/** What was found of one service, or where there is none of the cluster’s ranges. */
export interface AuditPart {
  readonly namespace: string;
  readonly service: string | undefined;
  readonly members: number;
  readonly agreed: number;
  readonly findings: readonly Finding[];
}

/** The result of an audit. */
export interface AuditReport {
  readonly cluster: string;
  /** RFC 3339 */
  readonly at: string;
  /** One line in words: `2 services, 6 members: all agree`. */
  readonly summary: string;
  readonly services: number;
  /** Members that were compared, those that are kept beyond a service’s number included. */
  readonly members: number;
  /** Members of which nothing was found. */
  readonly agreed: number;
  /** What is wrong first, then what is unknown, then what is pending. */
  readonly findings: readonly Finding[];
}

const order: readonly FindingKind[] = ['wrong', 'unknown', 'pending'];
const inWords: Readonly<Record<FindingKind, string>> = {
  wrong: 'wrong',
  unknown: 'could not be read',
  pending: 'pending',
};

/** Puts the parts together. */
export function auditReport(cluster: string, at: number, parts: readonly AuditPart[]): AuditReport {
  const findings = parts.flatMap((part) => part.findings).toSorted(compare);
  const services = parts.filter(({ service }) => service !== undefined).length;
  const members = parts.reduce((sum, part) => sum + part.members, 0);
  const agreed = parts.reduce((sum, part) => sum + part.agreed, 0);
  const counts = order.flatMap((kind) => {
    const count = findings.filter((one) => one.kind === kind).length;
    return count === 0 ? [] : [`${count} ${inWords[kind]}`];
  });
  const what = `${services} ${services === 1 ? 'service' : 'services'}, ${members} ${members === 1 ? 'member' : 'members'}`;
  const summary = counts.length === 0 ? `${what}: all agree` : `${what}, ${agreed} agree: ${counts.join(', ')}`;
  return { cluster, at: new Date(at).toISOString(), summary, services, members, agreed, findings };
}

const collator = new Intl.Collator('en', { numeric: true });

function compare(one: Finding, other: Finding): number {
  const place = ({ namespace, service = '', member = '', code, subject = '' }: Finding) =>
    [namespace, service, member, code, subject].join(' ');
  return order.indexOf(one.kind) - order.indexOf(other.kind) || collator.compare(place(one), place(other));
}
