import { FirecampError } from '../../common/domain/errors.ts';
import type { MemberRecord, ServiceAttrRecord } from '../../common/domain/records.ts';
import type { RecordWrite } from '../../common/ports/batch-record-store.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import { type Operation, step } from '../operation.ts';
import { releaseAddresses } from '../removal/release-addresses.ts';
import { foreignAddresses } from './addresses.ts';
import { assertNotDeleted, isDeletion } from './give-way.ts';
import { type ConfigIds, storeMemberConfigs } from './member-configs.ts';
import { changedMember, newMember } from './member-records.ts';
import type { VolumeIds } from './member-volumes.ts';
import { type PlacedMember, placeMembers } from './place-members.ts';

type Members = ReadonlyMap<number, Stored<MemberRecord>>;

/** What members are made from. */
export interface MemberPlan {
  readonly definition: ServiceDefinition;
  readonly attr: ServiceAttrRecord;
  /** undefined where no member has an address. */
  readonly network: ClusterNetwork | undefined;
  /** Addresses that nobody may be given. */
  readonly taken: () => Promise<ReadonlySet<string>>;
  /** Those that there are, also beyond the replicas. */
  readonly members: Members;
  readonly volumes: ReadonlyMap<number, VolumeIds>;
  /** Config files whose mode has changed. */
  readonly renewed?: ReadonlySet<string>;
}

/** Members as the records have them now. */
export interface EnsuredMembers {
  readonly members: Members;
  readonly configs: ConfigIds;
  /** Names of members and addresses whose records this run has made. */
  readonly made: { readonly members: readonly string[]; readonly addresses: readonly string[] };
}

/** Turns of choosing, writing and losing against others; each is lost to somebody who got on. */
const maxTurns = 50;

/**
 * The records of members 0 to replicas - 1 and of their addresses. A member's record comes first: it says which address is meant for it, so
 * that no run that is cut off leaves an address which no member names. Its address record then decides whose the address is: who meets
 * another service's there takes the next free one. Another creator of this service is met as records that are there: they are accepted.
 *
 * @throws FirecampError FC-NET-004 and the other faults of `checkZones` when no address is left
 */
export async function ensureMembers(operation: Operation, plan: MemberPlan): Promise<EnsuredMembers> {
  return await step(operation, { step: 'record members' }, () => settle(operation, plan));
}

async function settle(operation: Operation, plan: MemberPlan): Promise<EnsuredMembers> {
  const { definition, attr } = plan;
  const { serviceUuid } = attr;
  const met = new Set<string>();
  const made = { members: [] as string[], addresses: [] as string[] };
  const confirmed = new Set<string>();
  let members: Members = plan.members;
  let homeless: ReadonlySet<number> = new Set();
  for (let turn = 0; turn < maxTurns; turn++) {
    const taken = async () => new Set([...(await plan.taken()), ...met]);
    const placed = await placeMembers(definition, plan.network, members, { homeless, taken });
    const configs = await storeMemberConfigs(operation, definition, serviceUuid, placed, attr.configs, plan.renewed);
    const written = await writeMembers(operation, plan, members, placed, configs);
    members = written.members;
    made.members.push(...written.made);
    if (written.lost) {
      homeless = new Set();
      continue;
    }
    homeless = doubles(members, definition.replicas);
    if (homeless.size > 0) continue;
    const addresses = await foreignAddresses(operation, serviceUuid, current(members, definition.replicas), {
      confirmed,
      looked: plan.members,
    });
    made.addresses.push(...addresses.made);
    if (addresses.made.length > 0) await keepUnlessDeleted(operation, attr, addresses.made);
    for (const { staticIp } of addresses.foreign) met.add(staticIp);
    homeless = new Set(addresses.foreign.map(({ ordinal }) => ordinal));
    if (homeless.size === 0) return { members, configs, made };
  }
  const message = `The records of the members of ${definition.name} were changed by somebody else ${maxTurns} times.`;
  throw new FirecampError('FC-REC-003', message, { fields: { service: definition.name } });
}

/** A deletion beside us may have deleted the members by which it would find their new addresses. */
async function keepUnlessDeleted(operation: Operation, attr: ServiceAttrRecord, ips: readonly string[]): Promise<void> {
  try {
    await assertNotDeleted(operation, attr);
  } catch (error) {
    if (isDeletion(error)) await releaseAddresses(operation, attr.serviceUuid, ips);
    throw error;
  }
}

interface PlannedWrite {
  readonly ordinal: number;
  readonly write: RecordWrite<'member'>;
}

async function writeMembers(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  { attr, volumes }: MemberPlan,
  members: Members,
  placed: readonly PlacedMember[],
  configs: ConfigIds,
): Promise<{ readonly members: Members; readonly made: readonly string[]; readonly lost: boolean }> {
  const wallMs = ports.clock.wall();
  const writes = placed.flatMap((member): PlannedWrite[] => {
    const stored = members.get(member.ordinal);
    const ids = volumes.get(member.ordinal) ?? { dataVolumeId: '', journalVolumeId: '' };
    const wanted = { ...member, volumes: ids, configs: configs.members.get(member.ordinal) ?? [] };
    const { ordinal } = member;
    if (stored === undefined) {
      const record = newMember(attr, wanted, wallMs);
      return [{ ordinal, write: { op: 'create', kind: 'member', record } }];
    }
    const next = changedMember(stored.record, wanted, wallMs);
    if (next === undefined) return [];
    return [{ ordinal, write: { op: 'update', kind: 'member', current: stored, next } }];
  });
  if (writes.length === 0) return { members, made: [], lost: false };
  const outcomes = await ports.store.writeAll(
    writes.map(({ write }) => write),
    { signal },
  );
  const now = new Map(members);
  const made: string[] = [];
  let lost = false;
  for (const [index, { ordinal, write }] of writes.entries()) {
    const outcome = outcomes[index];
    const stored = outcome && ('done' in outcome ? outcome.done : outcome.met);
    if (stored === undefined) now.delete(ordinal);
    else now.set(ordinal, stored);
    if (outcome !== undefined && 'done' in outcome && write.op === 'create') made.push(write.record.memberName);
    lost ||= outcome === undefined || 'met' in outcome;
  }
  return { members: now, made, lost };
}

/** Members that name an address which a lower one names too: two creators can have chosen for one of them each. */
function doubles(members: Members, replicas: number): Set<number> {
  const seen = new Set<string>();
  const found = new Set<number>();
  for (const { ordinal, staticIp } of current(members, replicas)) {
    if (staticIp !== '' && seen.has(staticIp)) found.add(ordinal);
    seen.add(staticIp);
  }
  return found;
}

/** The members that the service shall have, by ordinal. */
function current(members: Members, replicas: number) {
  return [...members]
    .filter(([ordinal]) => ordinal < replicas)
    .sort(([one], [other]) => one - other)
    .map(([ordinal, { record }]) => ({ ordinal, zone: record.zone, staticIp: record.staticIp }));
}
