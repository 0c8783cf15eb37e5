import fc from 'fast-check';
import { test } from 'tap';
import type { AddressOwner, ClaimState, StaticIpRecord } from '../../../common/domain/records.ts';
import { decideRelease, type Releaser } from '../../../common/domain/release-decision.ts';
import { samples } from '../../contract/sample-records.ts';

const states: readonly ClaimState[] = ['claiming', 'owned', 'releasing', 'released'];
const anyTime = fc.option(fc.constantFrom('2026-11-22T05:00:00Z', '2026-11-22T05:00:01Z', '2026-11-22T05:00:02Z'), {
  nil: undefined,
});
const anyInstance = fc.constantFrom('i-a', 'i-b');
const anyUid = fc.constantFrom('pod-1', 'pod-2', 'pod-3');
const anyEpoch = fc.integer({ min: 1, max: 4 });

const anyOwner: fc.Arbitrary<AddressOwner> = fc.record({
  namespace: fc.constant('redis'),
  podName: fc.constant('myredis-0'),
  podUid: anyUid,
  podCreatedAt: anyTime.map((time) => time ?? ''),
  epoch: anyEpoch,
  state: fc.constantFrom(...states),
  changedAt: fc.constant(''),
  phaseMillis: fc.constant({}),
});
const anyRecord: fc.Arbitrary<StaticIpRecord> = fc
  .tuple(fc.option(anyOwner, { nil: undefined }), anyInstance)
  .map(([owner, instanceId]) => ({ ...samples.staticIp, owner, instanceId }));
const anyReleaser: fc.Arbitrary<Releaser> = fc.record({
  podUid: anyUid,
  podCreatedAt: anyTime,
  instanceId: fc.option(anyInstance, { nil: undefined }),
  epoch: fc.option(anyEpoch, { nil: undefined }),
});

test('never changes record or EC2 for a record that names another pod, or nobody', async () => {
  fc.assert(
    fc.property(anyRecord, anyReleaser, (record, me) => {
      if (record.owner?.podUid === me.podUid) return true;
      return ['nothing', 'hostOnly'].includes(decideRelease(record, me).kind);
    }),
  );
});

test('never takes the address off this host when the record’s owner is on it, or when it is not known which node this is', async () => {
  fc.assert(
    fc.property(anyRecord, anyReleaser, (record, me) => {
      if (record.owner?.podUid === me.podUid) return true;
      if (me.instanceId !== undefined && me.instanceId !== record.instanceId) return true;
      return decideRelease(record, me).kind === 'nothing';
    }),
  );
});

test('never lets a release that was cut off be taken for a fresh one, nor a later claim of the same pod for its own', async () => {
  fc.assert(
    fc.property(anyRecord, anyReleaser, (record, me) => {
      const { owner } = record;
      if (owner?.podUid !== me.podUid) return true;
      const { kind } = decideRelease(record, me);
      if (owner.state === 'releasing') return kind === 'takeOver';
      if (me.epoch !== undefined && me.epoch !== owner.epoch) return kind === 'nothing';
      return kind === (owner.state === 'released' ? 'tidy' : 'release');
    }),
  );
});

test('knows the newer by its epoch where our own age cannot be told any more', async (t) => {
  const owner: AddressOwner = {
    namespace: 'redis',
    podName: 'myredis-0',
    podUid: 'pod-2',
    podCreatedAt: '2026-11-22T05:00:00Z',
    epoch: 4,
    state: 'owned',
    changedAt: '',
    phaseMillis: {},
  };
  const record = { ...samples.staticIp, owner, instanceId: 'i-b' };
  const me = { podUid: 'pod-1', podCreatedAt: undefined, instanceId: 'i-a' };
  t.equal(decideRelease(record, { ...me, epoch: 3 }).kind, 'hostOnly');
  t.equal(decideRelease(record, { ...me, epoch: undefined }).kind, 'nothing');
  t.match(decideRelease(record, { ...me, epoch: 5 }), { kind: 'nothing', why: /pod-2 on i-b \(epoch 4, owned\)/ });
});
