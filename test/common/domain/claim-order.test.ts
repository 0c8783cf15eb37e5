import fc from 'fast-check';
import { test } from 'tap';
import { standing } from '../../../common/domain/claim-order.ts';
import type { AddressOwner } from '../../../common/domain/records.ts';

const second = fc.integer({ min: 0, max: 2 ** 31 });
const uid = fc.uuid();
const pod = fc.record({
  podUid: uid,
  podCreatedAt: second.map((s) => new Date(s * 1000).toISOString().replace('.000Z', 'Z')),
});
type Pod = { readonly podUid: string; readonly podCreatedAt: string };

function asOwner(one: Pod): AddressOwner {
  return { ...one, namespace: 'n', podName: 'p', epoch: 1, state: 'owned', changedAt: '', phaseMillis: {} };
}

const stand = (me: Pod, other: Pod) => standing(me, asOwner(other));
const opposite: Readonly<Record<string, string>> = { newer: 'older', older: 'newer', sameAge: 'sameAge', mine: 'mine' };

test('two pods see their order alike from both sides: of two claimants never both are the newer', async () => {
  fc.assert(fc.property(pod, pod, (a, b) => stand(b, a) === opposite[stand(a, b)]));
});

test('the order of claimants is transitive: who is newer than the newer is newer than the older', async () => {
  fc.assert(
    fc.property(pod, pod, pod, (a, b, c) => {
      if (stand(a, b) !== 'newer' || stand(b, c) !== 'newer') return true;
      return stand(a, c) === 'newer' || a.podUid === c.podUid;
    }),
  );
});

test('is not decided by how a time is written', async (t) => {
  const me = { podUid: 'a', podCreatedAt: '2026-11-22T06:00:00+01:00' };
  t.equal(stand(me, { podUid: 'b', podCreatedAt: '2026-11-22T05:00:00Z' }), 'sameAge');
});

test('without an age, own or recorded, only the own UID and nobody are certain', async (t) => {
  const me = { podUid: 'a', podCreatedAt: undefined };
  const other = { podUid: 'b', podCreatedAt: '2026-11-22T05:00:00Z' };
  t.equal(standing(me, asOwner(other)), 'unknown');
  t.equal(stand(other, { ...other, podUid: 'c', podCreatedAt: '' }), 'unknown');
  t.equal(standing(me, asOwner({ ...other, podUid: 'a' })), 'mine');
  t.equal(standing(me, undefined), 'unowned');
});
