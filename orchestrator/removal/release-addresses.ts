import { withState } from '../../common/address/address-record.ts';
import { FirecampError } from '../../common/domain/errors.ts';
import type { StaticIpRecord } from '../../common/domain/records.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { clusterVpcs } from './cluster-vpcs.ts';
import { freeAddresses } from './free-addresses.ts';

type StoredAddress = Stored<StaticIpRecord>;

/** Others that write the same records meanwhile (a stop container that outlives its pod) come to an end. */
const maxTurns = 5;

/**
 * Gives up those of these addresses whose record is the service's: each record is taken over under a new epoch, so that no claim or release
 * that is still under way goes on; EC2 is looked at, whatever the record says; this cluster's interfaces give the addresses up; and the
 * records are deleted. An address that a stranger holds stays where it is, and only its record goes.
 *
 * @throws FirecampError FC-NET-005, FC-CLM-006; FC-REC-003 when others write these records again and again
 */
export async function releaseAddresses(
  operation: Operation,
  serviceUuid: string,
  ips: readonly string[],
): Promise<Change[]> {
  if (ips.length === 0) return [];
  const { ports, signal } = operation;
  const found = await ports.store.addressRecords(serviceUuid, ips, { signal });
  let left = [...found.values()].filter(({ record }) => record.serviceUuid === serviceUuid);
  if (left.length === 0) return [];
  if (operation.dryRun !== 'none') return left.map(({ record }) => changeOf(record.ip, undefined));
  return await step(operation, { step: 'release addresses' }, async () => {
    const vpcs = await clusterVpcs(
      operation,
      left.map(({ record }) => record),
    );
    const changes: Change[] = [];
    for (let turn = 0; turn < maxTurns && left.length > 0; turn++) {
      const taken = await takeOver(operation, serviceUuid, left);
      const strangers = await freeAddresses(operation, vpcs, taken);
      left = await deleteRecords(operation, serviceUuid, [...taken.records.values()]);
      const again = new Set(left.map(({ record }) => record.ip));
      const done = [...taken.records.keys()].filter((ip) => !again.has(ip));
      changes.push(...done.map((ip) => changeOf(ip, strangers.get(ip))));
    }
    if (left.length > 0) throw changedAgainAndAgain(left);
    return changes;
  });
}

function changeOf(ip: string, strange: string | undefined): Change {
  if (strange === undefined) return { action: 'delete', kind: 'address', name: ip };
  return { action: 'keep', kind: 'address', name: ip, detail: `only its record was deleted: ${strange}` };
}

/** Our own epoch in every record that has an owner: a claim or release that reads its record again stops there. */
async function takeOver(operation: Operation, serviceUuid: string, found: readonly StoredAddress[]) {
  const { ports, signal } = operation;
  const records = new Map<string, StoredAddress>();
  let inFlight = false;
  let left = found;
  for (let turn = 0; left.length > 0; turn++) {
    if (turn === maxTurns) throw changedAgainAndAgain(left);
    for (const one of left) {
      const state = one.record.owner?.state;
      inFlight ||= state === 'claiming' || state === 'releasing';
      records.set(one.record.ip, one);
    }
    // FireCamp's records, and those that nobody has claimed so far, have no owner to take them from.
    const writes = left.flatMap((current) => {
      const { record } = current;
      const { owner } = record;
      if (owner === undefined) return [];
      const next = withState(record, owner, 'releasing', ports.clock.wall(), { epoch: owner.epoch + 1 });
      return [{ op: 'update', kind: 'staticIp', current, next } as const];
    });
    const outcomes = await ports.store.writeAll(writes, { signal });
    left = [];
    for (const [index, outcome] of outcomes.entries()) {
      const ip = writes[index]?.current.record.ip ?? '';
      const now = 'done' in outcome ? outcome.done : outcome.met;
      if (now === undefined || now.record.serviceUuid !== serviceUuid) records.delete(ip);
      else if ('done' in outcome) records.set(ip, now);
      else left = [...left, now];
    }
  }
  return { serviceUuid, records, inFlight };
}

/** @returns those that somebody has changed since */
async function deleteRecords(
  { ports, signal }: Operation,
  serviceUuid: string,
  records: readonly StoredAddress[],
): Promise<StoredAddress[]> {
  const writes = records.map((current) => ({ op: 'delete', kind: 'staticIp', current }) as const);
  const outcomes = await ports.store.writeAll(writes, { signal });
  return outcomes.flatMap((outcome) => {
    const met = 'met' in outcome ? outcome.met : undefined;
    return met?.record.serviceUuid === serviceUuid ? [met] : [];
  });
}

function changedAgainAndAgain(left: readonly StoredAddress[]): FirecampError {
  const who = left.map(({ record: { ip, owner } }) => {
    return owner === undefined ? ip : `${ip} (epoch ${owner.epoch}, ${owner.state}, pod ${owner.podUid})`;
  });
  const message = `Address records are changed by somebody else again and again: ${who.join('; ')}.`;
  return new FirecampError('FC-REC-003', message, { fields: { addresses: left.map(({ record }) => record.ip) } });
}
