import type { AddressOwner, StaticIpRecord } from '../../common/domain/records.ts';
import { beginWithMembers, nodes } from './harness/members-world.ts';

/** What the record says when the pod ends, against what its claim left: epoch 1, owned, on node-1. */
interface Case {
  readonly title: string;
  readonly owner: (mine: AddressOwner) => AddressOwner | undefined;
  /** On another node than ours. */
  readonly elsewhere?: boolean;
  /** The pod object is gone when its end is looked into, so that nobody tells its age any more. */
  readonly gone?: boolean;
  /** The stop program was never told of a claim, so that it knows no epoch. */
  readonly noEpoch?: boolean;
  readonly code: number;
  /** How the record stands afterwards; left out: as it was. */
  readonly written?: Partial<AddressOwner>;
  readonly inEc2: 'kept' | 'free';
  readonly onHost: 'kept' | 'free';
}

const stranger = '11111111-2222-3333-4444-555555555555';
const other = (createdAt: (mine: string) => string, epoch = 2) => {
  return (mine: AddressOwner): AddressOwner => {
    return { ...mine, podUid: stranger, podCreatedAt: createdAt(mine.podCreatedAt), epoch };
  };
};
const older = other((mine) => shifted(mine, -60_000));
const sameAge = other((mine) => mine);
const newer = other((mine) => shifted(mine, 60_000));
const nothing = { code: 0, inEc2: 'kept', onHost: 'kept' } as const;

const cases: readonly Case[] = [
  { title: 'an older pod here is left alone', owner: older, ...nothing },
  { title: 'an older pod elsewhere is left alone', owner: older, elsewhere: true, ...nothing },
  { title: 'a pod of the same second here is left alone', owner: sameAge, ...nothing },
  { title: 'a pod of the same second elsewhere is left alone', owner: sameAge, elsewhere: true, ...nothing },
  { title: 'a newer pod here is left alone, host address and all', owner: newer, ...nothing },
  {
    title: 'a newer pod elsewhere is left alone, but for the address on this host',
    owner: newer,
    elsewhere: true,
    ...nothing,
    onHost: 'free',
  },
  {
    title: 'a later epoch elsewhere is newer, where nobody tells the age of a pod that is gone',
    owner: newer,
    elsewhere: true,
    gone: true,
    ...nothing,
    onHost: 'free',
  },
  {
    title: 'nothing at all is touched where neither age nor epoch can be compared',
    owner: newer,
    elsewhere: true,
    gone: true,
    noEpoch: true,
    ...nothing,
  },
  { title: 'a record without an owner is left alone', owner: () => undefined, ...nothing },
  { title: 'a later claim of the same pod is left alone', owner: (mine) => ({ ...mine, epoch: 2 }), ...nothing },
  {
    title: 'a claim of our own that was cut off is released',
    owner: (mine) => ({ ...mine, state: 'claiming' }),
    code: 0,
    written: { state: 'released', epoch: 1 },
    inEc2: 'free',
    onHost: 'free',
  },
  {
    title: 'our pod’s UID suffices where no claim was seen',
    owner: (mine) => ({ ...mine, epoch: 7 }),
    noEpoch: true,
    code: 0,
    written: { state: 'released', epoch: 7 },
    inEc2: 'free',
    onHost: 'free',
  },
  {
    title: 'a release of ours that was cut off is taken over under a new epoch, and never called released',
    owner: (mine) => ({ ...mine, state: 'releasing' }),
    code: 3,
    written: { state: 'releasing', epoch: 2 },
    inEc2: 'free',
    onHost: 'free',
  },
  {
    title: 'a release of ours that was done in EC2 is only tidied up after',
    owner: (mine) => ({ ...mine, state: 'released' }),
    code: 0,
    inEc2: 'kept',
    onHost: 'free',
  },
];

const begun = await beginWithMembers('what a release decides by the record');
if (begun) {
  const { t, world, createService, TestPod, brisk, standingOf, leftFiles, unassigns } = begun;

  const { signal } = new AbortController();
  for (const one of cases) {
    t.test(one.title, { buffered: true }, async (t) => {
      const service = await createService(world);
      const pod = await TestPod.create(world, service, 0, nodes.plain);
      t.equal((await pod.claim()).code, 0);
      const ip = service.addresses[0] ?? '';
      const current = await service.store.get('staticIp', { ip }, { signal });
      await service.store.update('staticIp', current, changed(current.record, one), { signal });
      const before = await standingOf(world, service);
      if (one.gone === true) await pod.remove();
      else await pod.markDeleted();
      const epoch = one.noEpoch === true ? [] : ['--claim-epoch=1', `--claim-pod-uid=${pod.uid}`];
      const ended = await pod.start('stopcontainer', { args: ['--once', ...epoch], env: brisk }).ended;
      t.equal(ended.code, one.code, ended.stderr);
      const after = await standingOf(world, service);
      const { changedAt: _, ...owner } = { ...before.owner, ...one.written, changedAt: '' };
      if (before.owner === undefined) t.equal(after.owner, undefined);
      else t.match(after.owner, owner, 'the record');
      if (one.written === undefined) t.same(after.owner, before.owner, 'the record was not written');
      t.equal(after.interfaceId, before.interfaceId);
      t.equal(after.holder, one.inEc2 === 'free' ? undefined : before.holder, 'EC2');
      t.equal(unassigns(world, service).length, one.inEc2 === 'free' ? 1 : 0, 'requests to EC2');
      t.same(after.hosts, one.onHost === 'free' ? [] : ['node-1'], 'the host');
      const tidied = one.inEc2 === 'free' || (one.code === 0 && one.onHost === 'free' && one.elsewhere !== true);
      t.same(await leftFiles(pod), tidied ? [] : ['claim', 'firecamp-service-staticip'], 'the files');
    });
  }
}

function changed(record: StaticIpRecord, one: Case): StaticIpRecord {
  if (record.owner === undefined) throw new Error('The claim left no owner.');
  const place = one.elsewhere === true ? { instanceId: nodes.other, interfaceId: 'eni-00000000000000002' } : {};
  return { ...record, ...place, owner: one.owner(record.owner) };
}

function shifted(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString().replace('.000Z', 'Z');
}
