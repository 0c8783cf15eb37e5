import type { StaticIpRecord } from '../../../common/domain/records.ts';
import type { BatchRecordStore, RecordWrite } from '../../../common/ports/batch-record-store.ts';
import { RecordConflictError, RecordExistsError, type Stored } from '../../../common/ports/record-store.ts';
import type { RecordPlace } from '../place.ts';
import { newRecord } from '../records.ts';
import { all, type Finding, type Rule } from './rule.ts';

const conditions = 'DynamoDB developer guide, "Condition expressions"';
const zones = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** The records' compare-and-set, through the store that the programs have. The addresses are for documentation (RFC 5737). */
export const recordRules: readonly Rule<RecordPlace>[] = [
  {
    says: 'a record that is there is not created again, and the loser is told who has it',
    source: conditions,
    async check({ store, runId, signal }) {
      const ip = '198.51.100.1';
      await store.create('staticIp', newRecord(runId, ip, 'a'), { signal });
      const loser = await failureOf(store.create('staticIp', newRecord(runId, ip, 'b'), { signal }));
      const held = loser instanceof RecordExistsError && winnerOf(loser) === 'a';
      return { held, answered: textOf(loser) };
    },
  },
  {
    says: 'of eight who change a record at once one wins, and the others are told what it wrote',
    source: `${conditions}: conditional writes are serialised for an item`,
    async check({ store, runId, signal }) {
      const before = await store.create('staticIp', newRecord(runId, '198.51.100.2', 'before'), { signal });
      const losers = await Promise.all(
        zones.map((zone) => failureOf(store.update('staticIp', before, { ...before.record, zone }, { signal }))),
      );
      const { record: after } = await store.get('staticIp', { ip: before.record.ip }, { signal });
      const lost = losers.filter((error) => error instanceof RecordConflictError);
      const told = lost.filter((error) => winnerOf(error) === after.zone);
      const held = lost.length === zones.length - 1 && told.length === lost.length && after.revision === 2n;
      return {
        held,
        answered: `${zones.length - lost.length} won, ${told.length} of ${lost.length} losers were told by whom`,
      };
    },
  },
  {
    says: 'a read after a write sees it',
    source: 'DynamoDB developer guide, "Read consistency": strongly consistent reads',
    async check({ store, runId, signal }) {
      let current = await store.create('staticIp', newRecord(runId, '198.51.100.3', '0'), { signal });
      let stale = 0;
      for (let write = 1; write <= 10; write += 1) {
        current = await store.update('staticIp', current, { ...current.record, zone: `${write}` }, { signal });
        const { record: read } = await store.get('staticIp', { ip: current.record.ip }, { signal });
        if (read.zone !== `${write}`) stale += 1;
      }
      return { held: stale === 0, answered: `${stale} of 10 reads were stale` };
    },
  },
  {
    says: 'a transaction whose one condition fails is told which, and the rest of it is done without',
    source: 'DynamoDB API reference, TransactWriteItems: CancellationReasons',
    async check(place) {
      const there = await place.store.create('staticIp', newRecord(place.runId, '198.51.100.4', 'there'), {
        signal: place.signal,
      });
      const ips = ['198.51.100.5', there.record.ip, '198.51.100.6'];
      const outcomes = await writeAll(place.store, place.runId, ips, place.signal);
      const [first, second, third] = outcomes.map((one) => ('done' in one ? 'done' : `met ${one.met?.record.zone}`));
      const held = first === 'done' && second === 'met there' && third === 'done';
      return all({ held, answered: `${first}, ${second}, ${third}` }, await untouched(place, there));
    },
  },
];

function writeAll(store: BatchRecordStore, runId: string, ips: readonly string[], signal: AbortSignal) {
  const writes = ips.map(
    (ip): RecordWrite<'staticIp'> => ({ op: 'create', kind: 'staticIp', record: newRecord(runId, ip) }),
  );
  return store.writeAll(writes, { signal });
}

async function untouched({ store, signal }: RecordPlace, before: Stored<StaticIpRecord>): Promise<Finding> {
  const now = await store.get('staticIp', { ip: before.record.ip }, { signal });
  return {
    held: now.version === before.version,
    answered: `the one that was there has revision ${now.record.revision}`,
  };
}

/** A lost condition; undefined when it was done. Other failures are thrown. */
async function failureOf(write: Promise<unknown>): Promise<Error | undefined> {
  try {
    await write;
    return undefined;
  } catch (error) {
    if (error instanceof RecordExistsError || error instanceof RecordConflictError) return error;
    throw error;
  }
}

/** The zone of the record that a loser is told of: a word of this file in its place tells one writer from another. */
function winnerOf(error: Error | undefined): string | undefined {
  if (!(error instanceof RecordExistsError || error instanceof RecordConflictError)) return undefined;
  return error.current?.record.zone;
}

function textOf(error: Error | undefined): string {
  return error === undefined ? 'done' : error.message;
}
