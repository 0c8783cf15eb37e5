import { test } from 'tap';
import { isOwnZone, zoneCallerReference, zoneTags } from '../../../common/domain/zone-owner.ts';
import type { ZoneRecord } from '../../../common/ports/hosted-zones.ts';
import { rejectionOf } from '../../rejection.ts';
import { vpcId, zoneId } from './aws-rig.ts';
import { orchestratorRig } from './orchestrator-rig.ts';

const otherVpc = 'vpc-00000000000000002';
const vpcs = [
  { id: vpcId, cidr: '10.0.0.0/16' },
  { id: otherVpc, cidr: '10.9.0.0/16' },
];
const owner = { cluster: 'prod', clusterUid: '0b6f' };
const wanted = {
  name: 'prod-firecamp.com',
  vpcId,
  callerReference: zoneCallerReference(owner, '7d1c'),
  comment: 'FireCamp prod',
  tags: zoneTags(owner),
};
const record = (n: number, value: string) => ({
  name: `redis-${n}.demo-firecamp.com`,
  ttlSeconds: 5,
  values: [value],
});

async function everything(pages: AsyncIterable<readonly ZoneRecord[]>): Promise<ZoneRecord[]> {
  const found: ZoneRecord[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

test('finds the zone of the name that the VPC sees, and none that another VPC sees', async (t) => {
  const { aws, live } = await orchestratorRig(t, { vpcs });
  t.strictSame(await aws.zones.find('Demo-Firecamp.com.', vpcId, live), { id: zoneId, name: 'demo-firecamp.com' });
  t.equal(await aws.zones.find('firecamp.com', vpcId, live), undefined);
  t.equal(await aws.zones.find('demo-firecamp.com', otherVpc, live), undefined);
});

test('finds a zone behind the first page of a VPC’s zones', async (t) => {
  const hostedZones = Array.from({ length: 101 }, (_, n) => {
    return { id: `Z${1000 + n}`, name: `c${1000 + n}.com`, privateZone: true, vpcIds: [vpcId] };
  });
  const { aws, live } = await orchestratorRig(t, { hostedZones });
  const found = await Promise.all([1000, 1100].map((n) => aws.zones.find(`c${n}.com`, vpcId, live)));
  t.match(found, [{ id: 'Z1000' }, { id: 'Z1100' }]);
});

test('makes one zone however often it is asked, also when the reply was lost', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  cloud.faults.add({ operation: 'CreateHostedZone', times: 1 }, { kind: 'lose-reply' });
  t.match(await rejectionOf(aws.zones.create(wanted, live)), { code: 'FC-AWS-003', effect: 'unknown' });
  const made = await aws.zones.create(wanted, live);
  t.strictSame(await aws.zones.create(wanted, live), made);
  t.strictSame(await aws.zones.find(wanted.name, vpcId, live), made);
  t.equal(cloud.route53.zones().filter(({ name }) => name === 'prod-firecamp.com.').length, 1);
});

test('does not take a zone of another name for the one with its caller reference', async (t) => {
  const { aws, live } = await orchestratorRig(t);
  await aws.zones.create(wanted, live);
  const other = { ...wanted, name: 'other-firecamp.com' };
  t.match(await rejectionOf(aws.zones.create(other, live)), { code: 'FC-AWS-004', effect: 'none' });
});

test('tags the zone that it makes, and says whom it was made for', async (t) => {
  const { aws, live } = await orchestratorRig(t);
  const { id } = await aws.zones.create(wanted, live);
  const marks = await aws.zones.marks(id, live);
  t.strictSame(marks, { callerReference: wanted.callerReference, tags: wanted.tags });
  t.equal(marks !== 'gone' && isOwnZone(marks, owner), true);
  t.equal(marks !== 'gone' && isOwnZone(marks, { ...owner, clusterUid: '0b6' }), false, 'no part of a UID is the UID');
  await aws.zones.delete(id, live);
  t.equal(await aws.zones.marks(id, live), 'gone');
});

test('knows a zone as the cluster’s before it is tagged, and tags it when run again', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  cloud.faults.add({ operation: 'ChangeTagsForResource', times: 1 }, { kind: 'throttle' });
  t.match(await rejectionOf(aws.zones.create(wanted, live)), { code: 'FC-AWS-002', effect: 'none' });
  const cut = await aws.zones.find(wanted.name, vpcId, live);
  const marks = await aws.zones.marks(cut?.id ?? '', live);
  t.strictSame(marks, { callerReference: wanted.callerReference, tags: {} });
  t.equal(marks !== 'gone' && isOwnZone(marks, owner), true);
  t.strictSame(await aws.zones.create(wanted, live), cut);
  t.match(await aws.zones.marks(cut?.id ?? '', live), { tags: wanted.tags });
});

test('takes no untagged zone and no other cluster’s for the cluster’s', async (t) => {
  const { aws, live } = await orchestratorRig(t);
  const marks = await aws.zones.marks(zoneId, live);
  t.strictSame(marks, { callerReference: `topology-${zoneId}`, tags: {} });
  t.equal(marks !== 'gone' && isOwnZone(marks, owner), false);
  await aws.zones.tag(zoneId, zoneTags({ ...owner, clusterUid: 'other' }), live);
  const tagged = await aws.zones.marks(zoneId, live);
  t.equal(tagged !== 'gone' && isOwnZone(tagged, owner), false);
  await aws.zones.tag(zoneId, zoneTags(owner), live);
  const own = await aws.zones.marks(zoneId, live);
  t.equal(own !== 'gone' && isOwnZone(own, owner), true);
});

test('is refused the caller reference of a zone that was deleted', async (t) => {
  const { aws, live } = await orchestratorRig(t);
  const { id } = await aws.zones.create(wanted, live);
  await aws.zones.delete(id, live);
  t.match(await rejectionOf(aws.zones.create(wanted, live)), { code: 'FC-AWS-004', effect: 'none' });
  const again = { ...wanted, callerReference: zoneCallerReference(owner, 'another creation') };
  t.not((await aws.zones.create(again, live)).id, id);
});

test('lists the private zones of a name that other VPCs see, and no public one', async (t) => {
  const hostedZones = [
    { id: 'Z1', name: 'prod-firecamp.com', privateZone: true, vpcIds: [otherVpc] },
    { id: 'Z2', name: 'prod-firecamp.com', privateZone: false, vpcIds: [] },
    { id: 'Z3', name: 'z.prod-firecamp.com', privateZone: true, vpcIds: [otherVpc] },
  ];
  const { aws, live } = await orchestratorRig(t, { vpcs, hostedZones });
  t.strictSame(await aws.zones.named('prod-firecamp.com', live), [{ id: 'Z1', name: 'prod-firecamp.com' }]);
  t.strictSame(await aws.zones.named('prod-firecamp.org', live), []);
});

test('tells how many records a zone has and may have', async (t) => {
  const { aws, live } = await orchestratorRig(t);
  await aws.zones.change(zoneId, [{ current: undefined, next: record(0, '10.0.1.200') }], live);
  t.strictSame(await aws.zones.use(zoneId, live), { records: 3, most: 10_000 });
});

test('is refused a second zone of the name in the VPC', async (t) => {
  const { aws, live } = await orchestratorRig(t);
  const second = aws.zones.create({ ...wanted, name: 'demo-firecamp.com' }, live);
  t.match(await rejectionOf(second), { code: 'FC-AWS-004', effect: 'none', message: /already been associated/ });
});

test('deletes a zone once it is empty', async (t) => {
  const { aws, live } = await orchestratorRig(t);
  await aws.zones.change(zoneId, [{ current: undefined, next: record(0, '10.0.1.200') }], live);
  t.match(await rejectionOf(aws.zones.delete(zoneId, live)), { code: 'FC-AWS-004', effect: 'none' });
  await aws.zones.change(zoneId, [{ current: record(0, '10.0.1.200'), next: undefined }], live);
  t.equal(await aws.zones.delete(zoneId, live), 'done');
  t.equal(await aws.zones.delete(zoneId, live), 'gone');
});

test('changes many records in one request, and lists them page by page', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  const records = Array.from({ length: 400 }, (_, n) => record(n, `10.0.${n % 200}.9`));
  const change = await aws.zones.change(
    zoneId,
    records.map((next) => ({ current: undefined, next })),
    live,
  );
  t.match(change, /^C[0-9A-Z]+$/);
  t.equal(cloud.calls.all((call) => call.operation === 'ChangeResourceRecordSets').length, 1);
  const listed = await everything(aws.zones.records(zoneId, live));
  t.equal(cloud.calls.all((call) => call.operation === 'ListResourceRecordSets').length, 2);
  const addresses = listed.flatMap(({ address }) => address ?? []);
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  t.strictSame(addresses.toSorted(byName), records.toSorted(byName));
  const others = listed.filter(({ address }) => address === undefined).map(({ type }) => type);
  t.strictSame(others.toSorted(), ['NS', 'SOA'], 'the zone’s own records are no addresses');
});

test('changes nothing when one record of the batch is not what was expected, and names it', async (t) => {
  const { aws, live } = await orchestratorRig(t);
  const there = record(1, '10.0.1.201');
  await aws.zones.change(zoneId, [{ current: undefined, next: there }], live);
  const batch = [
    { current: undefined, next: record(0, '10.0.1.200') },
    { current: record(1, '10.0.1.99'), next: record(1, '10.0.1.202') },
  ];
  const lost = await rejectionOf(aws.zones.change(zoneId, batch, live));
  t.match(lost, { code: 'FC-DNS-002', fields: { name: there.name } });
  const listed = await everything(aws.zones.records(zoneId, live));
  t.strictSame(
    listed.flatMap(({ address }) => address ?? []),
    [there],
  );
});

test('says of a batch without an answer that its effect is unknown, and sends it once', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  const batch = [{ current: undefined, next: record(0, '10.0.1.200') }];
  cloud.faults.add({ operation: 'ChangeResourceRecordSets', times: 1 }, { kind: 'lose-reply' });
  t.match(await rejectionOf(aws.zones.change(zoneId, batch, live)), { code: 'FC-AWS-003', effect: 'unknown' });
  t.equal(cloud.calls.all((call) => call.operation === 'ChangeResourceRecordSets').length, 1);
  t.match(await rejectionOf(aws.zones.change(zoneId, batch, live)), { code: 'FC-DNS-002' }, 'it had been done');
});
