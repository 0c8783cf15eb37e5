import { bounded } from '../../common/runtime/bounded.ts';
import { addressedMembers } from '../network/taken-addresses.ts';
import { unlessAbsent } from '../records/service-view.ts';
import { retried } from '../retried.ts';
import { type Reading, readSource } from '../status/read-source.ts';
import type { AuditPart } from './audit-report.ts';
import type { MemberFinding } from './finding.ts';
import { unread } from './member-findings.ts';
import { rangeFindings, unnamedAddresses } from './range-findings.ts';
import type { Fleet } from './read-fleet.ts';

/** Leftovers are few. */
const recordsAtOnce = 8;

/** Compares what the cluster’s interfaces have of its ranges with all members’ records. */
export async function auditRanges(reading: Reading, fleet: Fleet): Promise<AuditPart> {
  const { namespace } = reading.settings;
  const findings = (await findingsOf(reading, fleet)).map((one) => ({ ...one, namespace, service: undefined }));
  return { namespace, service: undefined, members: 0, agreed: 0, findings };
}

async function findingsOf(reading: Reading, { network, interfaces }: Fleet): Promise<MemberFinding[]> {
  const { ports, settings, timeoutMs } = reading;
  const at = ports.clock.wall();
  const about = 'the cluster’s ranges could not be compared';
  if ('unknown' in network) return [unread('ec2', { found: `${about}: ${network.unknown}`, at })];
  if ('unknown' in interfaces) return [unread('ec2', { found: `${about}: ${interfaces.unknown}`, at })];
  const source = { what: 'Reading which addresses records name', timeoutMs };
  const found = await readSource(reading, source, async (signal) => {
    const members = await addressedMembers({ ...reading, signal });
    const named = new Set(members.map(({ ip }) => ip));
    const unnamed = unnamedAddresses(network.value, interfaces.value, named, settings.cluster);
    const stored = await bounded(signal, unnamed, recordsAtOnce, ({ ip }, joined) =>
      retried({ ports, signal: joined }, () => unlessAbsent(ports.store.get('staticIp', { ip }, { signal: joined }))),
    );
    const records = new Map(stored.flatMap((one) => (one === undefined ? [] : [[one.record.ip, one.record] as const])));
    return rangeFindings(unnamed, records, at);
  });
  return 'value' in found ? found.value : [unread('record', { found: `${about}: ${found.unknown}`, at })];
}
