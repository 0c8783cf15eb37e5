import { test } from 'tap';
import { recordBatches } from '../../../common/domain/record-batches.ts';

const one = { values: ['10.0.1.200'] };
const counts = (changes: Parameters<typeof recordBatches>[0]) => recordBatches(changes).map((batch) => batch.length);

test('puts up to 1,000 new records into a batch', async (t) => {
  const changes = Array.from({ length: 2_001 }, () => ({ current: undefined, next: one }));
  t.strictSame(counts(changes), [1_000, 1_000, 1]);
});

test('counts a replacement twice', async (t) => {
  t.strictSame(counts(Array.from({ length: 501 }, () => ({ current: one, next: one }))), [500, 1]);
});

test('starts a new batch before 32,000 characters are exceeded', async (t) => {
  const long = { values: Array.from({ length: 10 }, () => 'x'.repeat(320)) };
  t.strictSame(counts(Array.from({ length: 11 }, () => ({ current: long, next: undefined }))), [10, 1]);
});

test('keeps the order, and makes no batch of nothing', async (t) => {
  const changes = Array.from({ length: 1_500 }, (_, n) => ({ current: undefined, next: one, n }));
  t.strictSame(recordBatches(changes).flat(), changes);
  t.strictSame(recordBatches([]), []);
});
