import fc from 'fast-check';
import { test } from 'tap';
import { applyBatch, type Change } from './change-batch.ts';
import { type RecordSet, type RecordSets, recordKey } from './records.ts';

const ZONE = 'demo.com.';
const apex: RecordSet[] = [
  { name: ZONE, type: 'NS', ttl: 60, values: ['ns.example.com.'] },
  { name: ZONE, type: 'SOA', ttl: 60, values: ['ns.example.com. a.example.com. 1 2 3 4 5'] },
];
const empty: RecordSets = new Map(apex.map((record) => [recordKey(record), record]));

const change: fc.Arbitrary<Change> = fc.record({
  action: fc.constantFrom('CREATE', 'DELETE', 'UPSERT'),
  record: fc.record({
    name: fc.constantFrom('a.demo.com.', 'b.demo.com.'),
    type: fc.constant('A'),
    ttl: fc.constantFrom(5, 60),
    values: fc.constantFrom(['10.0.0.1'], ['10.0.0.2']),
  }),
});
const batch = fc.array(change, { minLength: 1, maxLength: 4 });

/** The rules again, as one sentence each and one change at a time; undefined = refused. */
function expected(records: RecordSets, changes: readonly Change[]): RecordSets | undefined {
  const next = new Map(records);
  for (const { action, record } of changes) {
    const key = recordKey(record);
    const same = JSON.stringify(next.get(key)) === JSON.stringify(record);
    if (action === 'CREATE' && next.has(key)) return undefined;
    if (action === 'DELETE' && !same) return undefined;
    if (action === 'DELETE') next.delete(key);
    else next.set(key, record);
  }
  return next;
}

test('applies a batch as its changes one after the other, or not at all', async (t) => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 6 }), (batches) => {
      let records = empty;
      for (const changes of batches) {
        const before = JSON.stringify([...records]);
        const outcome = applyBatch(ZONE, records, changes);
        const wanted = expected(records, changes);
        t.equal(outcome.ok, wanted !== undefined);
        t.equal(JSON.stringify([...records]), before, 'what was given is untouched');
        if (!outcome.ok || wanted === undefined) continue;
        accepted += 1;
        t.strictSame(JSON.stringify([...outcome.records]), JSON.stringify([...wanted]));
        records = outcome.records;
      }
    }),
    { numRuns: 60 },
  );
  t.ok(accepted > 0, 'some batches were accepted');
});

test('lets exactly one of many compare-and-sets from the same value win, in any order', async (t) => {
  const set = (value: string): RecordSet => ({ name: 'a.demo.com.', type: 'A', ttl: 5, values: [value] });
  const start = set('10.0.0.0');
  const claim = (value: string): Change[] => [
    { action: 'DELETE', record: start },
    { action: 'CREATE', record: set(value) },
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'], { minLength: 1 }), (values) => {
      let records: RecordSets = new Map([...empty, [recordKey(start), start]]);
      const winners = values.filter((value) => {
        const outcome = applyBatch(ZONE, records, claim(value));
        if (outcome.ok) records = outcome.records;
        return outcome.ok;
      });
      t.strictSame(winners, values.slice(0, 1));
      t.strictSame(records.get(recordKey(start))?.values, winners);
    }),
    { numRuns: 30 },
  );
});
