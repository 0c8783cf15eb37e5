import type { Test } from 'tap';
import type { KeyOf, RecordKind, RecordOf, StaticIpRecord } from '../../common/domain/records.ts';
import { RecordConflictError, type RecordStore, type Stored } from '../../common/ports/record-store.ts';
import { rejectionOf } from '../rejection.ts';
import { claimed, samples, serviceUuid } from './sample-records.ts';

/** What the contract needs of a store's surroundings. */
export interface StoreHarness {
  /** Stores of one client each over the same, at first empty, place; a new place for every call. The cluster is `prod`. */
  newPlace(): Promise<{ open(): RecordStore }>;
}

const live = { signal: new AbortController().signal };

const kinds = Object.keys(samples) as RecordKind[];

/** What every `RecordStore` must do, however it keeps its records. */
export async function recordStoreContract(t: Test, harness: StoreHarness): Promise<void> {
  const place = () => harness.newPlace();

  t.test('gives back every kind of record as it was created, with revision 1', async (t) => {
    const here = await place();
    for (const kind of kinds) {
      const [writer, reader] = [here.open(), here.open()];
      const created = await writer.create(kind, withOtherRevision(samples[kind]), live);
      t.strictSame(created.record, samples[kind], kind);
      const read = await reader.get(kind, keyOf(kind), live);
      t.strictSame(read.record, samples[kind], kind);
      t.equal(read.version, created.version, 'a later compare-and-set may start from either');
    }
  });

  t.test('says of every kind of record that it is not there', async (t) => {
    const store = (await place()).open();
    for (const kind of kinds) {
      const missing = { code: 'FC-REC-001', name: 'RecordNotFound', exitCode: 2 };
      t.match(await rejectionOf(store.get(kind, keyOf(kind), live)), missing, kind);
    }
  });

  t.test('never creates over a record, and names the one that is there', async (t) => {
    const store = (await place()).open();
    for (const kind of kinds) {
      const first = await store.create(kind, samples[kind], live);
      const again = await rejectionOf(store.create(kind, samples[kind], live));
      t.match(again, { code: 'FC-REC-004', current: { version: first.version } }, kind);
      t.strictSame((again as { current: Stored<unknown> }).current.record, samples[kind], kind);
    }
  });

  t.test('replaces a record that nobody changed, one revision up, again and again', async (t) => {
    const store = (await place()).open();
    let current = await store.create('staticIp', samples.staticIp, live);
    for (const epoch of [1, 2, 3]) {
      const next = { ...claimed, owner: { ...claimed.owner, epoch }, revision: 999n };
      const written = await store.update('staticIp', current, next, live);
      t.strictSame(written.record, { ...next, revision: BigInt(epoch + 1) });
      current = await store.get('staticIp', { ip: '10.0.1.21' }, live);
      t.strictSame(current, written);
    }
  });

  t.test('replaces the attributes of a service and a member', async (t) => {
    const store = (await place()).open();
    const attr = await store.create('serviceAttr', samples.serviceAttr, live);
    const scaled = { ...samples.serviceAttr, replicas: 5, namespace: 'redis', lastModified: 1900000000000000003n };
    t.strictSame((await store.update('serviceAttr', attr, scaled, live)).record, { ...scaled, revision: 2n });
    t.strictSame((await store.get('serviceAttr', { serviceUuid }, live)).record, { ...scaled, revision: 2n });
    const member = await store.create('member', samples.member, live);
    const moved = { ...samples.member, serverInstanceId: 'i-0fffffffffffffff0', status: 'PAUSE' };
    t.strictSame((await store.update('member', member, moved, live)).record, { ...moved, revision: 2n });
  });

  t.test('refuses a replacement that started from an older state, names the winner, and changes nothing', async (t) => {
    const here = await place();
    const [mine, theirs] = [here.open(), here.open()];
    const read = await mine.create('staticIp', samples.staticIp, live);
    const winner = await theirs.update('staticIp', read, claimed, live);
    const late = { ...samples.staticIp, instanceId: 'i-00000000000000000' };
    const lost = await rejectionOf(mine.update('staticIp', read, late, live));
    t.ok(lost instanceof RecordConflictError);
    t.match(lost, { code: 'FC-REC-003', exitCode: 5 });
    t.strictSame((lost as RecordConflictError<StaticIpRecord>).current, winner);
    t.strictSame(await mine.get('staticIp', { ip: '10.0.1.21' }, live), winner);
  });

  t.test('refuses to replace a record that was deleted, even when it was made anew since', async (t) => {
    const store = (await place()).open();
    const read = await store.create('staticIp', samples.staticIp, live);
    await store.delete('staticIp', read, live);
    const gone = await rejectionOf(store.update('staticIp', read, claimed, live));
    t.match(gone, { code: 'FC-REC-003' });
    t.equal((gone as RecordConflictError<StaticIpRecord>).current, undefined);
    const anew = { ...samples.staticIp, serviceUuid: 'ffffffffffffffffffffffffffffffff' };
    await store.create('staticIp', anew, live);
    t.match(await rejectionOf(store.update('staticIp', read, claimed, live)), { code: 'FC-REC-003' });
    t.strictSame((await store.get('staticIp', { ip: '10.0.1.21' }, live)).record, anew);
  });

  t.test('deletes what it read, and finds nothing wrong with a record that is gone', async (t) => {
    const store = (await place()).open();
    for (const kind of kinds) {
      const read = await store.create(kind, samples[kind], live);
      await store.delete(kind, read, live);
      t.match(await rejectionOf(store.get(kind, keyOf(kind), live)), { code: 'FC-REC-001' }, kind);
      await t.resolves(store.delete(kind, read, live));
    }
  });

  t.test('keeps a record that was changed since it was read for deletion', async (t) => {
    const store = (await place()).open();
    const read = await store.create('member', samples.member, live);
    const winner = await store.update('member', read, { ...samples.member, status: 'Bad' }, live);
    const lost = await rejectionOf(store.delete('member', read, live));
    t.match(lost, { code: 'FC-REC-003' });
    t.strictSame((lost as RecordConflictError<unknown>).current, winner);
    const device = await store.create('device', samples.device, live);
    await store.delete('device', device, live);
    await store.create('device', { ...samples.device, serviceName: 'other' }, live);
    t.match(await rejectionOf(store.delete('device', device, live)), {
      code: 'FC-REC-003',
      current: { record: { serviceName: 'other' } },
    });
  });

  t.test('lists what is in the scope and nothing else, over several pages', async (t) => {
    const store = (await place()).open();
    const names = Array.from({ length: 7 }, (_, index) => `myredis-${index}`);
    for (const memberName of names) await store.create('member', { ...samples.member, memberName }, live);
    const other = 'ffffffffffffffffffffffffffffffff';
    await store.create('member', { ...samples.member, serviceUuid: other, memberName: 'other-0' }, live);
    for (const deviceName of ['/dev/xvdf', '/dev/xvdg']) {
      await store.create('device', { ...samples.device, deviceName }, live);
    }
    await store.create('service', samples.service, live);
    await store.create('configFile', samples.configFile, live);
    const members = await store.list('member', { serviceUuid }, live);
    t.strictSame(members.map(({ record }) => record.memberName).sort(), names);
    const first = members.find(({ record }) => record.memberName === 'myredis-0');
    t.strictSame(first, await store.get('member', { serviceUuid, memberName: 'myredis-0' }, live));
    t.strictSame((await store.list('device', {}, live)).map(({ record }) => record.deviceName).sort(), [
      '/dev/xvdf',
      '/dev/xvdg',
    ]);
    t.strictSame(
      (await store.list('service', {}, live)).map(({ record }) => record),
      [samples.service],
    );
    t.strictSame(
      (await store.list('configFile', { serviceUuid }, live)).map(({ record }) => record),
      [samples.configFile],
    );
    t.strictSame(await store.list('configFile', { serviceUuid: other }, live), []);
  });

  t.test('keeps what a later version wrote beside the fields that this one knows', async (t) => {
    const store = (await place()).open();
    const unknown = { NewField: { deep: [1, 'two', null] }, BigNumber: 9007199254740993n };
    const strange = {
      ...claimed,
      owner: { ...claimed.owner, unknown: { Lease: 'x' } },
      unknown: { spec: unknown },
    };
    const read = await store.create('staticIp', strange, live);
    await store.update('staticIp', read, { ...read.record, zone: 'us-east-1b' }, live);
    const { record } = await store.get('staticIp', { ip: '10.0.1.21' }, live);
    t.strictSame(record, { ...strange, zone: 'us-east-1b', revision: 2n });
  });

  t.test('holds a long config file with every kind of character', async (t) => {
    const store = (await place()).open();
    const content = `<&>"'\\/\u0001\u2028\u2029ü€😀\r\n\t`.repeat(5_000);
    await store.create('configFile', { ...samples.configFile, content }, live);
    const { record } = await store.get('configFile', { serviceUuid, fileId: 'redis-77ab-2' }, live);
    t.ok(record.content === content);
  });

  t.test('does nothing for a caller that has given up', async (t) => {
    const store = (await place()).open();
    const stopped = { signal: AbortSignal.abort(new Error('TERM')) };
    const interrupted = { name: 'Interrupted', cause: { message: 'TERM' } };
    t.match(await rejectionOf(store.create('staticIp', samples.staticIp, stopped)), interrupted);
    t.match(await rejectionOf(store.get('staticIp', { ip: '10.0.1.21' }, stopped)), interrupted);
    t.match(await rejectionOf(store.list('device', {}, stopped)), interrupted);
    t.match(await rejectionOf(store.get('staticIp', { ip: '10.0.1.21' }, live)), { code: 'FC-REC-001' });
  });

  t.test('loses no update of writers that count in one record at the same time', async (t) => {
    const here = await place();
    const [writers, rounds] = [5, 8];
    const start = { ...claimed, owner: { ...claimed.owner, epoch: 0 } };
    await here.open().create('staticIp', start, live);
    const won = await Promise.all(Array.from({ length: writers }, () => countUp(here.open(), rounds)));
    const { record } = await here.open().get('staticIp', { ip: '10.0.1.21' }, live);
    t.equal(record.owner?.epoch, writers * rounds);
    t.equal(record.revision, BigInt(writers * rounds + 1));
    t.equal(new Set(won.flat()).size, writers * rounds, 'no epoch was won twice');
  });

  t.test('lets one of several creators win, and tells the others who', async (t) => {
    const here = await place();
    for (const round of [1, 2, 3, 4, 5]) {
      const ip = `10.0.2.${round}`;
      const creators = ['a', 'b', 'c'].map((zone) => {
        return here
          .open()
          .create('staticIp', { ...samples.staticIp, ip, zone }, live)
          .then(
            (stored) => ({ won: true, zone: stored.record.zone }),
            (error) => ({ won: false, zone: (error as RecordConflictError<StaticIpRecord>).current?.record.zone }),
          );
      });
      const outcomes = await Promise.all(creators);
      const winner = outcomes.find(({ won }) => won);
      t.equal(outcomes.filter(({ won }) => won).length, 1);
      t.strictSame(
        outcomes.map(({ zone }) => zone),
        Array(3).fill(winner?.zone),
      );
    }
  });
}

/** Counts the epoch up by compare-and-set; the epochs that this writer wrote. */
async function countUp(store: RecordStore, rounds: number): Promise<number[]> {
  const won: number[] = [];
  let current = await store.get('staticIp', { ip: '10.0.1.21' }, live);
  while (won.length < rounds) {
    const owner = current.record.owner ?? claimed.owner;
    const epoch = owner.epoch + 1;
    try {
      current = await store.update('staticIp', current, { ...current.record, owner: { ...owner, epoch } }, live);
      won.push(epoch);
    } catch (error) {
      if (!(error instanceof RecordConflictError) || error.current === undefined) throw error;
      current = error.current as Stored<StaticIpRecord>;
    }
  }
  return won;
}

function keyOf<K extends RecordKind>(kind: K): KeyOf[K] {
  return sampleKeys[kind];
}

const sampleKeys: KeyOf = {
  device: { deviceName: '/dev/xvdf' },
  service: { serviceName: 'myredis' },
  serviceAttr: { serviceUuid },
  // In another order than the layout has it: a key is known by its names.
  member: { memberName: 'myredis-0', serviceUuid },
  configFile: { fileId: 'redis-77ab-2', serviceUuid },
  staticIp: { ip: '10.0.1.21' },
};

function withOtherRevision<R extends RecordOf[RecordKind]>(record: R): R {
  return 'revision' in record ? { ...record, revision: 42n } : record;
}
