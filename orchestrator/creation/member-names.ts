import { DeadlineExceededError } from '../../common/domain/errors.ts';
import { recordBatches } from '../../common/domain/record-batches.ts';
import type { RecordChange } from '../../common/ports/hosted-zones.ts';
import type { AddressRecord } from '../../common/ports/names.ts';
import { RecordSetConflictError } from '../../common/ports/names.ts';
import { pollUntil, type RetryPolicy } from '../../common/runtime/retry.ts';
import { type Operation, step } from '../operation.ts';
import { retried } from '../retried.ts';

/** Seconds that resolvers may keep a member's name, FireCamp's: a member whose name follows its node moves within them. */
export const nameTtlSeconds = 5;

/** The member's name, as Route 53 says it. */
export function memberDnsName(member: string, domain: string): string {
  return `${member}.${domain}`.toLowerCase();
}

/**
 * Makes the A records of members with a static IP, all in as few batches as Route 53 takes. It is first tried as if none was there; only when
 * one is, the zone is read to see which. Then waits until Route 53's servers know them: a name that is asked for before is denied for
 * minutes by every resolver on the way (RFC 2308).
 *
 * @param options probable: most of them are there, so the zone is read first
 * @returns the names that were made
 * @throws RecordSetConflictError (FC-DNS-002) that lists the names which have another value or other records
 */
export async function ensureNames(
  operation: Operation,
  zoneId: string,
  wanted: readonly AddressRecord[],
  options: { readonly probable?: boolean } = {},
): Promise<string[]> {
  if (wanted.length === 0) return [];
  return await step(operation, { step: 'register names' }, async () => {
    const made = await retried(operation, () => makeNames(operation, zoneId, wanted, options.probable === true));
    await awaitSync(operation, made.changeIds);
    return made.names;
  });
}

interface Made {
  readonly names: string[];
  readonly changeIds: string[];
}

async function makeNames(
  operation: Pick<Operation, 'ports' | 'signal'>,
  zoneId: string,
  wanted: readonly AddressRecord[],
  probable: boolean,
): Promise<Made> {
  const changeIds: string[] = [];
  const names: string[] = [];
  let left = wanted.map((next): RecordChange => ({ current: undefined, next }));
  if (probable) left = await stillMissing(operation, zoneId, left);
  for (let turn = 0; ; turn++) {
    try {
      for (const batch of recordBatches(left)) {
        changeIds.push(await operation.ports.zones.change(zoneId, batch, { signal: operation.signal }));
        names.push(...batch.flatMap(({ next }) => next?.name ?? []));
        left = left.slice(batch.length);
      }
      return { names, changeIds };
    } catch (error) {
      // Somebody who makes the same names at the same time can come in between, but not for ever.
      if (!(error instanceof RecordSetConflictError) || turn >= 5) throw error;
      left = await stillMissing(operation, zoneId, left);
    }
  }
}

/** What is not there yet; @throws RecordSetConflictError for names that somebody else uses */
async function stillMissing(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  zoneId: string,
  left: readonly RecordChange[],
): Promise<RecordChange[]> {
  const wanted = new Map(left.flatMap(({ next }) => (next === undefined ? [] : [[next.name, next] as const])));
  const taken: string[] = [];
  const there = new Set<string>();
  for await (const page of ports.zones.records(zoneId, { signal })) {
    for (const { name, type, address } of page) {
      const next = wanted.get(name);
      if (next === undefined || (type !== 'A' && type !== 'CNAME')) continue;
      if (address !== undefined && address.values.join() === next.values.join()) there.add(name);
      else taken.push(`${name} has ${address?.values.join(', ') ?? `a ${type} record of another kind`}`);
    }
  }
  if (taken.length > 0) throw new RecordSetConflictError([...new Set(taken)].join('; '), 'it is not this service’s');
  return left.filter(({ next }) => next !== undefined && !there.has(next.name));
}

/** Seen elsewhere: 10 to 130 s. A name that is late is not worth more: the claim looks at it again. */
const syncPolicy: RetryPolicy = { firstDelayMs: 500, maxDelayMs: 5_000, totalMs: 120_000 };

async function awaitSync(
  { ports, signal, progress }: Pick<Operation, 'ports' | 'signal' | 'progress'>,
  changeIds: readonly string[],
): Promise<void> {
  // Changes of a zone arrive in their order.
  const last = changeIds.at(-1);
  if (last === undefined) return;
  const probe = async () => {
    if (await ports.names.isInSync(last, { signal })) return true;
    progress({ step: 'register names', state: 'waiting', detail: 'for Route 53’s servers' });
    return undefined;
  };
  const late = () => `Route 53’s servers do not have the change ${last} after ${syncPolicy.totalMs / 1000} s.`;
  try {
    await pollUntil(probe, late, syncPolicy, { clock: ports.clock, random: ports.random, signal });
  } catch (error) {
    if (!(error instanceof DeadlineExceededError)) throw error;
    ports.log.warn(error.message);
  }
}
