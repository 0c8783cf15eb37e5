import { test } from 'tap';
import { fieldDifferences, inWords, missingFrom } from '../../../orchestrator/objects/field-differences.ts';

const live = {
  replicas: 3,
  containers: [
    { name: 'side', image: 's:1' },
    { name: 'main', image: 'a:1', terminationMessagePath: '/dev/termination-log' },
  ],
  args: ['a', 'b'],
};

test('fields that differ are told by their paths, and things in lists by their names wherever they stand', async (t) => {
  const wanted = { replicas: 3, containers: [{ name: 'main', image: 'a:2' }, live.containers[0]], args: ['b', 'a'] };
  t.equal(
    inWords(fieldDifferences(live, wanted)),
    'containers[main].image: "a:1" → "a:2"; containers[main].terminationMessagePath: "/dev/termination-log" → nothing; args[0]: "a" → "b"; args[1]: "b" → "a"',
  );
  t.equal(inWords(fieldDifferences(live, wanted), 1), 'containers[main].image: "a:1" → "a:2"; and 3 more');
  t.strictSame(fieldDifferences(live, structuredClone(live)), []);
  t.match(fieldDifferences({ a: [1, 2] }, { a: [1] }), [{ path: 'a[1]', before: 2, after: undefined }]);
  t.match(fieldDifferences({ a: {} }, { a: null }), [{ path: 'a', before: {}, after: null }]);
});

test('what is there beside what is wanted is no difference to somebody who only adds', async (t) => {
  const wanted = { containers: [{ name: 'main', image: 'a:1' }], labels: { new: 'yes' } };
  t.match(missingFrom(live, wanted), [{ path: 'labels', before: undefined, after: { new: 'yes' } }]);
});
