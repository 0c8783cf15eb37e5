import fc from 'fast-check';
import { test } from 'tap';
import { compareNames, isWithin, nameFault, normaliseName } from './names.ts';

const label = fc.stringMatching(/^[A-Za-z0-9*_!-]{1,8}$/);
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));

test('gives one form to every spelling of a name', async (t) => {
  fc.assert(
    fc.property(name, (given) => {
      const normal = normaliseName(given);
      t.equal(normaliseName(normal), normal);
      t.equal(normaliseName(`${given.toUpperCase()}.`), normal);
      t.match(normal, /^(?:[a-z0-9_.-]|\\[0-7]{3})+\.$/);
    }),
    { numRuns: 50 },
  );
});

test('orders names as a tree: a name before all that is below it, and those before its next sibling', async (t) => {
  const names = ['b.com.', 'a.b.com.', 'z.a.b.com.', 'b.b.com.', 'com.', 'c.com.', 'a.org.'];
  t.strictSame([...names].sort(compareNames), [
    'com.',
    'b.com.',
    'a.b.com.',
    'z.a.b.com.',
    'b.b.com.',
    'c.com.',
    'a.org.',
  ]);
  fc.assert(
    fc.property(name, name, label, (one, two, below) => {
      const [a, b] = [normaliseName(one), normaliseName(two)];
      t.equal(Math.sign(compareNames(a, b)), -Math.sign(compareNames(b, a)));
      const child = normaliseName(`${below}.${a}`);
      if (compareNames(a, b) < 0 && !isWithin(b, a)) t.ok(compareNames(child, b) < 0, `${child} before ${b}`);
    }),
    { numRuns: 50 },
  );
});

test('takes a subdomain for within, not a name that merely ends alike', async (t) => {
  t.ok(isWithin('a.demo.com.', 'demo.com.'));
  t.ok(isWithin('demo.com.', 'demo.com.'));
  t.notOk(isWithin('otherdemo.com.', 'demo.com.'));
});

test('names what DNS does not take: long labels, long names, empty labels', async (t) => {
  t.equal(nameFault(normaliseName(`${'a'.repeat(63)}.com`)), undefined);
  t.match(nameFault(normaliseName(`${'a'.repeat(64)}.com`)), /label is too long/);
  t.match(nameFault(normaliseName('a..com')), /empty label/);
  t.match(nameFault(normaliseName(Array(50).fill('abcde').join('.'))), /name is too long/);
});
