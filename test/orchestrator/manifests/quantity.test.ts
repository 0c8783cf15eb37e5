import fc from 'fast-check';
import { test } from 'tap';
import { cpuQuantity, memoryQuantity, storageQuantity } from '../../../orchestrator/manifests/quantity.ts';

const bytes: Record<string, number> = { Mi: 1, Gi: 1024, Ti: 1024 ** 2, Pi: 1024 ** 3, Ei: 1024 ** 4 };

test('quantities have the one form that the API server gives back', async (t) => {
  t.strictSame([1, 250, 1000, 1500, 64_000, 1_000_000].map(cpuQuantity), ['1m', '250m', '1', '1500m', '64', '1k']);
  t.strictSame([1, 512, 1024, 1536, 2048, 1_048_576].map(memoryQuantity), [
    '1Mi',
    '512Mi',
    '1Gi',
    '1536Mi',
    '2Gi',
    '1Ti',
  ]);
  t.strictSame([1, 500, 1024, 16_384].map(storageQuantity), ['1Gi', '500Gi', '1Ti', '16Ti']);
});

test('a quantity of memory says as much as was asked, in the largest suffix that leaves a whole number', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 44 }), (mib) => {
      const [, number, suffix = ''] = /^(\d+)(\D+)$/.exec(memoryQuantity(mib)) ?? [];
      return Number(number) * (bytes[suffix] ?? 0) === mib && (Number(number) % 1024 !== 0 || suffix === 'Ei');
    }),
  );
  t.pass();
});
