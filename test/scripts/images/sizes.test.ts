import t from 'tap';
import { memberSize, sizesText } from '../../../scripts/images/sizes.ts';

const layer = { digest: `sha256:${'0'.repeat(64)}`, plain: 100e6, gzip: 40e6, zstd: 30e6 };
const shared = { ...layer, images: ['firecamp-initcontainer', 'firecamp-stopcontainer', 'firecamp'] as const };
const cli = { ...layer, zstd: 31e6, images: ['firecamp'] as const };

t.test('counts a layer of both member images once, and that of the command line not at all', async (t) => {
  t.equal(memberSize([shared, cli]), 30e6);
  t.match(sizesText([shared, cli]), 'shared layers once: 30.00 MB, within the budget of 36.00 MB');
  t.match(sizesText([shared, { ...shared, zstd: 6.1e6 }]), '36.10 MB, MORE THAN the budget of 36.00 MB');
});
