import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'tap';
import { md5 } from '../../../common/domain/md5.ts';

const known = (text: string): string => createHash('md5').update(text).digest('hex');

test('is the MD5 of any text, as OpenSSL has it', async (t) => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => md5(text) === known(text)));
  // Around the ends of a block of 64 bytes, where the padding needs one more.
  for (let length = 50; length < 132; length++) {
    const text = 'é'.repeat(length >> 1).padEnd(length, 'x');
    t.equal(md5(text), known(text), `${length}`);
  }
  const large = 'firecamp\n'.repeat(40_000);
  t.equal(md5(large), known(large));
});
