import type { Operation } from '../operation.ts';
import { isGone, serviceNotFound } from '../status/get-service-status.ts';
import { observe } from '../status/observe.ts';
import { type AuditPart, type AuditReport, auditReport } from './audit-report.ts';
import { confirmed } from './confirm.ts';
import { lookAtNamespace, partOf, type Wanted } from './look-at-namespace.ts';
import { FleetCache } from './read-fleet.ts';

type Looking = Pick<Operation, 'ports' | 'settings' | 'signal'>;

/** How an audit looks. */
export interface AuditOptions {
  /** Milliseconds for each source, its retries included; 15,000 without. */
  readonly requestTimeoutMs?: number | undefined;
}

const defaultTimeoutMs = 15_000;
/** Between the two looks: longer than EC2's view usually lags behind. */
const pauseMs = 2_000;
/**
 * Compares record, EC2, DNS and Kubernetes for every member of every service of these namespaces, and the cluster’s address ranges with all
 * records; changes nothing. Where something is wrong it looks a second time after two seconds, and only what both looks show is wrong. What
 * could not be read is a finding of kind `unknown` and ends nothing. Interfaces are read 1,000 a call, names a zone at a time.
 *
 * @param namespaces an operation for each, all of one cluster
 */
export async function audit(namespaces: readonly Looking[], options: AuditOptions = {}): Promise<AuditReport> {
  return await confirmedAudit(namespaces, async (wanted) => {
    const cache = new FleetCache();
    const parts: AuditPart[] = [];
    for (const [index, operation] of namespaces.entries()) {
      const reading = { ...operation, timeoutMs: options.requestTimeoutMs ?? defaultTimeoutMs };
      // In DynamoDB all namespaces of a cluster have their records, and so their ranges, in common.
      const withCommon = operation.settings.dbType === 'k8sdb' || index === 0;
      parts.push(...(await lookAtNamespace(reading, cache, { withCommon, wanted })));
    }
    return parts;
  });
}

/**
 * As `audit`, of one service alone and without the ranges.
 *
 * @throws FirecampError FC-SVC-002 when there is nothing of the service, for certain; FC-REC-008 when it belongs to another namespace
 */
export async function auditService(operation: Looking, name: string, options: AuditOptions = {}): Promise<AuditReport> {
  const requestTimeoutMs = options.requestTimeoutMs ?? defaultTimeoutMs;
  return await confirmedAudit([operation], async () => {
    const { seen } = await observe(operation, name, { requestTimeoutMs });
    if (isGone(seen)) throw serviceNotFound(operation, name);
    return [partOf(seen)];
  });
}

async function confirmedAudit(
  [operation]: readonly Looking[],
  look: (wanted: Wanted) => Promise<AuditPart[]>,
): Promise<AuditReport> {
  if (operation === undefined) throw new TypeError('an audit of no namespace');
  const { ports, settings, signal } = operation;
  const at = ports.clock.wall();
  const first = await look(() => true);
  const doubted = new Map(first.filter(isWrong).map((part) => [keyOf(part), part]));
  if (doubted.size === 0) return auditReport(settings.cluster, at, first);
  await ports.clock.sleep(pauseMs, { signal });
  const second = await look((part) => doubted.has(keyOf(part)));
  const again = second.map((part) => {
    const before = doubted.get(keyOf(part))?.findings ?? [];
    return { ...part, findings: confirmed(before, part.findings) };
  });
  const settled = first.filter((part) => !doubted.has(keyOf(part)));
  return auditReport(settings.cluster, at, [...settled, ...again]);
}

function isWrong({ findings }: AuditPart): boolean {
  return findings.some(({ kind }) => kind === 'wrong');
}

function keyOf({ namespace, service = '' }: Pick<AuditPart, 'namespace' | 'service'>): string {
  return `${namespace}/${service}`;
}
