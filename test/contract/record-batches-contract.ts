import type { Test } from 'tap';
import type { StaticIpRecord } from '../../common/domain/records.ts';
import type { BatchRecordStore, RecordWrite } from '../../common/ports/batch-record-store.ts';
import { rejectionOf } from '../rejection.ts';
import { samples, serviceUuid } from './sample-records.ts';

/** As `StoreHarness`, for stores that take many records at once. */
export interface BatchStoreHarness {
  newPlace(): Promise<{ open(): BatchRecordStore }>;
}

const live = { signal: new AbortController().signal };
const other = 'ffffffffffffffffffffffffffffffff';

/** What every `BatchRecordStore` must do beside what every `RecordStore` must. */
export async function recordBatchesContract(t: Test, { newPlace }: BatchStoreHarness): Promise<void> {
  t.test('writes more records at once than one request takes, and tells each in its place', async (t) => {
    const store = (await newPlace()).open();
    const addresses = Array.from({ length: 230 }, (_, index) => address(`10.0.${index % 7}.${index}`));
    const created = await store.writeAll(addresses.map(creation), live);
    t.equal(created.length, 230);
    t.strictSame(
      created.map((outcome) => ('done' in outcome ? outcome.done?.record : undefined)),
      addresses,
    );
    const found = await store.addressRecords(
      serviceUuid,
      addresses.map(({ ip }) => ip),
      live,
    );
    t.equal(found.size, 230);
    for (const [index, outcome] of created.entries()) {
      const { ip } = addresses[index] ?? { ip: '' };
      t.strictSame({ done: found.get(ip) }, outcome, 'what is read is what was told');
    }
    const removed = await store.writeAll([...found.values()].map(deletion), live);
    t.strictSame(removed, Array(230).fill({ done: undefined }));
    t.equal((await store.addressRecords(serviceUuid, [...found.keys()], live)).size, 0);
  });

  t.test('does every write whose condition holds, whatever the others meet, and tells what they met', async (t) => {
    const store = (await newPlace()).open();
    const device = await store.create('device', samples.device, live);
    const attr = await store.create('serviceAttr', samples.serviceAttr, live);
    const member = await store.create('member', samples.member, live);
    const changed = await store.update('member', member, { ...samples.member, status: 'Bad' }, live);
    const file = await store.create('configFile', samples.configFile, live);
    const gone = await store.create('configFile', { ...samples.configFile, fileId: 'gone' }, live);
    const vanished = await store.create('staticIp', address('10.0.1.99'), live);
    await store.delete('configFile', gone, live);
    await store.delete('staticIp', vanished, live);
    const writes: RecordWrite[] = [
      { op: 'create', kind: 'device', record: { ...samples.device, serviceName: 'other' } },
      { op: 'create', kind: 'service', record: samples.service },
      { op: 'update', kind: 'serviceAttr', current: attr, next: { ...attr.record, status: 'DELETING' } },
      { op: 'update', kind: 'member', current: member, next: { ...samples.member, status: 'PAUSE' } },
      { op: 'delete', kind: 'configFile', current: file },
      { op: 'delete', kind: 'configFile', current: gone },
      { op: 'update', kind: 'staticIp', current: vanished, next: { ...vanished.record, zone: 'us-east-1b' } },
      { op: 'create', kind: 'staticIp', record: address('10.0.1.21') },
    ];
    const outcomes = await store.writeAll(writes, live);
    const written = await Promise.all([
      store.get('service', samples.service, live),
      store.get('serviceAttr', { serviceUuid }, live),
      store.get('staticIp', { ip: '10.0.1.21' }, live),
    ]);
    t.strictSame(outcomes, [
      { met: device },
      { done: written[0] },
      { done: written[1] },
      { met: changed },
      { done: undefined },
      { done: undefined },
      { met: undefined },
      { done: written[2] },
    ]);
    t.match(written[1].record, { status: 'DELETING', revision: 2n });
    t.match((await store.get('member', samples.member, live)).record, { status: 'Bad', revision: 2n });
    t.match(await rejectionOf(store.get('configFile', samples.configFile, live)), { code: 'FC-REC-001' });
    t.match(await rejectionOf(store.get('staticIp', { ip: '10.0.1.99' }, live)), { code: 'FC-REC-001' });
  });

  t.test('keeps a record that was changed since it was read for deletion, and deletes the others', async (t) => {
    const store = (await newPlace()).open();
    const [one, two] = [await create(store, '10.0.1.1'), await create(store, '10.0.1.2')];
    const winner = await store.update('staticIp', one, { ...one.record, zone: 'us-east-1b' }, live);
    t.strictSame(await store.writeAll([one, two].map(deletion), live), [{ met: winner }, { done: undefined }]);
    t.strictSame([...(await store.addressRecords(serviceUuid, ['10.0.1.1', '10.0.1.2'], live)).keys()], ['10.0.1.1']);
  });

  t.test('finds the records of addresses whoever they are of, and no others', async (t) => {
    const store = (await newPlace()).open();
    const mine = await create(store, '10.0.1.1');
    const theirs = await store.create('staticIp', { ...address('10.0.1.2'), serviceUuid: other }, live);
    await create(store, '10.0.1.3');
    const asked = ['10.0.1.2', '10.0.1.1', '10.0.1.1', '10.0.1.4'];
    const found = await store.addressRecords(serviceUuid, asked, live);
    t.strictSame(new Map([...found].sort()), new Map(Object.entries({ '10.0.1.1': mine, '10.0.1.2': theirs })));
    t.equal((await store.addressRecords(serviceUuid, [], live)).size, 0);
  });

  t.test('lets one of two creators have each address, and tells the other who has it', async (t) => {
    const here = await newPlace();
    const ips: readonly string[] = Array.from({ length: 120 }, (_, index) => `10.0.3.${index}`);
    const want = (uuid: string, order: readonly string[]) =>
      here.open().writeAll(
        order.map((ip) => creation({ ...address(ip), serviceUuid: uuid })),
        live,
      );
    const [mine, theirs] = await Promise.all([want(serviceUuid, ips), want(other, ips.toReversed())]);
    const ownerOf = (outcome: (typeof mine)[number] | undefined) =>
      outcome && ('done' in outcome ? outcome.done : outcome.met)?.record.serviceUuid;
    for (const [index, ip] of ips.entries()) {
      const [one, another] = [mine[index], theirs.at(-1 - index)];
      t.equal([one, another].filter((outcome) => outcome && 'done' in outcome).length, 1, ip);
      t.equal(ownerOf(one), ownerOf(another), ip);
    }
  });

  t.test('refuses two writes of one record before it writes anything', async (t) => {
    const store = (await newPlace()).open();
    const twice = [creation(address('10.0.1.1')), creation(address('10.0.1.2')), creation(address('10.0.1.1'))];
    t.match(await rejectionOf(store.writeAll(twice, live)), { message: /static IP record 10\.0\.1\.1/ });
    t.equal((await store.addressRecords(serviceUuid, ['10.0.1.1', '10.0.1.2'], live)).size, 0);
    t.strictSame(await store.writeAll([], live), []);
  });

  t.test('does nothing at once for a caller that has given up', async (t) => {
    const store = (await newPlace()).open();
    const stopped = { signal: AbortSignal.abort(new Error('TERM')) };
    const interrupted = { name: 'Interrupted', cause: { message: 'TERM' } };
    t.match(await rejectionOf(store.writeAll([creation(address('10.0.1.1'))], stopped)), interrupted);
    t.match(await rejectionOf(store.addressRecords(serviceUuid, ['10.0.1.1'], stopped)), interrupted);
    t.equal((await store.addressRecords(serviceUuid, ['10.0.1.1'], live)).size, 0);
  });
}

function address(ip: string): StaticIpRecord {
  return { ...samples.staticIp, ip };
}

function create(store: BatchRecordStore, ip: string) {
  return store.create('staticIp', address(ip), live);
}

function creation(record: StaticIpRecord) {
  return { op: 'create', kind: 'staticIp', record } as const;
}

function deletion(current: { readonly record: StaticIpRecord; readonly version: string }) {
  return { op: 'delete', kind: 'staticIp', current } as const;
}
