import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ensureProduct, type Product } from '../../../scripts/build/product.ts';
import { rejectionOf } from '../../rejection.ts';

/** A file system tree whose files are older than any build of it. */
async function oldTree(t: Test, files: Record<string, string>): Promise<string> {
  const root = t.testdir(files);
  for (const name of Object.keys(files)) await utimes(join(root, name), 1, 1);
  return root;
}

/** A product that copies its one input, and counts how often it is made. */
function copying(root: string): Product & { made: number } {
  const product = {
    name: 'copy',
    made: 0,
    make: async (_scratch: string, target: string): Promise<string[]> => {
      product.made++;
      await writeFile(target, await readFile(join(root, 'input')));
      return ['input'];
    },
  };
  return product;
}

t.test('makes a product once, and leaves nothing else behind but its note', async (t) => {
  const root = await oldTree(t, { input: 'one' });
  const product = copying(root);
  const out = join(root, 'dist');
  t.equal(await ensureProduct(root, out, product), join(out, 'copy'));
  await ensureProduct(root, out, product);
  t.equal(product.made, 1);
  t.strictSame((await readdir(out)).sort(), ['.copy.stamp.json', 'copy']);
});

t.test('makes it again when an input has other content, not when it only has another time', async (t) => {
  const root = await oldTree(t, { input: 'one' });
  const product = copying(root);
  await ensureProduct(root, root, product);
  await utimes(join(root, 'input'), 2, 2);
  await ensureProduct(root, root, product);
  t.equal(product.made, 1);
  await writeFile(join(root, 'input'), 'two');
  t.equal(await readFile(await ensureProduct(root, root, product), 'utf8'), 'two');
  t.equal(product.made, 2);
});

t.test('makes it again when an input was edited while it was made', async (t) => {
  const root = await oldTree(t, { input: 'one' });
  const product = copying(root);
  const edited: Product = {
    name: product.name,
    make: async (scratch, target) => {
      const inputs = await product.make(scratch, target);
      await writeFile(join(root, 'input'), 'two');
      return inputs;
    },
  };
  t.equal(await readFile(await ensureProduct(root, root, edited), 'utf8'), 'one');
  t.equal(await readFile(await ensureProduct(root, root, product), 'utf8'), 'two');
});

t.test('makes it again when somebody has changed the product, or the note cannot be read', async (t) => {
  const root = await oldTree(t, { input: 'one' });
  const product = copying(root);
  await ensureProduct(root, root, product);
  await writeFile(join(root, 'copy'), 'spoilt');
  t.equal(await readFile(await ensureProduct(root, root, product), 'utf8'), 'one');
  await writeFile(join(root, '.copy.stamp.json'), '{"inputs"');
  await ensureProduct(root, root, product);
  t.equal(product.made, 3);
});

t.test('makes it once for callers at the same time', async (t) => {
  const root = await oldTree(t, { input: 'one' });
  const product = copying(root);
  await Promise.all([1, 2, 3].map(() => ensureProduct(root, root, product)));
  t.equal(product.made, 1);
});

t.test('is not held up by the lock of a process that has died', async (t) => {
  const root = await oldTree(t, { input: 'one', '.copy.lock': '4194999\n' });
  const product = copying(root);
  await ensureProduct(root, root, product);
  t.equal(product.made, 1);
});

t.test('is not held up by a lock that is older than any build', async (t) => {
  const root = await oldTree(t, { input: 'one', '.copy.lock': `${process.pid}\n` });
  const product = copying(root);
  await ensureProduct(root, root, product);
  t.equal(product.made, 1);
});

t.test('keeps the older product when a newer one cannot be made, and cleans up', async (t) => {
  const root = await oldTree(t, { input: 'one' });
  await ensureProduct(root, root, copying(root));
  await writeFile(join(root, 'input'), 'two');
  const failing: Product = { name: 'copy', make: () => Promise.reject(new Error('no compiler')) };
  t.match(await rejectionOf(ensureProduct(root, root, failing)), { message: 'no compiler' });
  t.equal(await readFile(join(root, 'copy'), 'utf8'), 'one');
  t.strictSame((await readdir(root)).sort(), ['.copy.stamp.json', 'copy', 'input']);
});
