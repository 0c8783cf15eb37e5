import t from 'tap';
import { isWithinBudget, memberSize, sizesText } from '../../../scripts/images/sizes.ts';

const layer = { arch: 'x64', digest: `sha256:${'0'.repeat(64)}`, plain: 100e6, gzip: 40e6, zstd: 30e6 } as const;
const shared = { ...layer, images: ['firecamp-initcontainer', 'firecamp-stopcontainer', 'firecamp'] as const };
const cli = { ...layer, zstd: 31e6, images: ['firecamp'] as const };

t.test('counts a layer of both member images once, and that of the command line not at all', async (t) => {
  t.equal(memberSize([shared, cli], 'x64'), 30e6);
  t.match(sizesText([shared, cli]), 'x64, shared layers once: 30.00 MB, within the budget of 36.00 MB');
});

t.test('holds each architecture to the budget by itself', async (t) => {
  const other = { ...shared, arch: 'arm64', zstd: 35.9e6 } as const;
  t.ok(isWithinBudget([shared, other, cli]));
  const more = { ...other, zstd: 0.2e6 };
  t.notOk(isWithinBudget([shared, other, more]));
  const text = sizesText([shared, other, more]);
  t.match(text, 'x64, shared layers once: 30.00 MB, within the budget');
  t.match(text, 'arm64, shared layers once: 36.10 MB, MORE THAN the budget of 36.00 MB');
});
