import { FirecampError } from '../../common/domain/errors.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { isGone } from '../status/get-service-status.ts';
import { listServices } from '../status/list-services.ts';
import type { Observations } from '../status/observations.ts';
import { observe, type SharedReads } from '../status/observe.ts';
import { type Reading, readSource } from '../status/read-source.ts';
import { auditRanges } from './audit-ranges.ts';
import type { AuditPart } from './audit-report.ts';
import type { MemberFinding } from './finding.ts';
import { unread } from './member-findings.ts';
import { type FleetCache, readFleet } from './read-fleet.ts';
import { serviceFindings } from './service-findings.ts';

/** Services that are looked at at a time. */
const servicesAtOnce = 4;

/** What is looked at: everything, or what an earlier look found something wrong with. */
export type Wanted = (part: Pick<AuditPart, 'namespace' | 'service'>) => boolean;

/**
 * One look at the services of a namespace and, with `withCommon`, at what its records say of no namespace: their ranges, and services that
 * were never made in full. What cannot be read is a finding.
 */
export async function lookAtNamespace(
  reading: Reading,
  cache: FleetCache,
  { withCommon, wanted }: { readonly withCommon: boolean; readonly wanted: Wanted },
): Promise<AuditPart[]> {
  const { namespace, cluster } = reading.settings;
  const fleet = await readFleet(reading, cache);
  const source = { what: 'Listing the services', timeoutMs: reading.timeoutMs };
  const listed = await readSource(reading, source, (signal) => listServices({ ...reading, signal }));
  const services = 'value' in listed ? listed.value.filter((one) => one.cluster === cluster) : [];
  const chosen = services.filter(({ name: service }) => wanted({ namespace, service }));
  const parts = await bounded(reading.signal, chosen, servicesAtOnce, ({ name }, signal) =>
    lookAtService({ ...reading, signal }, name, fleet, withCommon),
  );
  const ofRanges = withCommon && wanted({ namespace, service: undefined }) ? [await auditRanges(reading, fleet)] : [];
  if ('value' in listed) return [...parts.flat(), ...ofRanges];
  const at = reading.ports.clock.wall();
  const unlisted = unread('kubernetes', { found: `the services could not be listed: ${listed.unknown}`, at });
  return [...ofRanges, silentPart({ namespace, service: undefined }, unlisted)];
}

/** What was found of a service. */
export function partOf(seen: Observations, several?: ReadonlySet<string>): AuditPart {
  const { namespace, name: service } = seen;
  return { namespace, service, ...serviceFindings(seen, several) };
}

/** A service whose records are another namespace’s cannot be compared; one that went meanwhile need not be. */
async function lookAtService(
  reading: Reading,
  name: string,
  { shared, several }: { readonly shared: SharedReads; readonly several: ReadonlySet<string> },
  withCommon: boolean,
): Promise<AuditPart[]> {
  try {
    const { seen } = await observe(reading, name, { requestTimeoutMs: reading.timeoutMs }, {}, shared);
    const elsewhere = reading.settings.dbType === 'clouddb' && isElsewhere(seen, withCommon);
    return isGone(seen) || elsewhere ? [] : [partOf(seen, several)];
  } catch (error) {
    if (!(error instanceof FirecampError) || error.code !== 'FC-REC-008') throw error;
    const found = `${error.code} ${error.message}`;
    const place = { namespace: reading.settings.namespace, service: name };
    return [silentPart(place, unread('record', { found, at: reading.ports.clock.wall() }))];
  }
}

/**
 * Whether records that all namespaces have in common are of a service that is not here, for certain. FireCamp’s name no namespace: they are
 * of where its objects are. Those without attributes, of which nothing runs anywhere, are told with what is in common.
 */
function isElsewhere({ records, workload, pods }: Observations, withCommon: boolean): boolean {
  if ('unknown' in records || 'unknown' in workload || 'unknown' in pods) return false;
  if (workload.value !== undefined || pods.value.length > 0) return false;
  const attr = records.value?.attr?.record;
  return attr === undefined ? !withCommon : attr.namespace === undefined;
}

function silentPart(place: Pick<AuditPart, 'namespace' | 'service'>, finding: MemberFinding): AuditPart {
  return { ...place, members: 0, agreed: 0, findings: [{ ...finding, ...place }] };
}
