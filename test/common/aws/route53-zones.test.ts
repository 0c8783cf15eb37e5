import { test } from 'tap';
import type { ZoneRecord } from '../../../common/ports/hosted-zones.ts';
import { rejectionOf } from '../../rejection.ts';
import { vpcId, zoneId } from './aws-rig.ts';
import { orchestratorRig } from './orchestrator-rig.ts';

const otherVpc = 'vpc-00000000000000002';
const vpcs = [
  { id: vpcId, cidr: '10.0.0.0/16' },
  { id: otherVpc, cidr: '10.9.0.0/16' },
];
const wanted = { name: 'prod-firecamp.com', vpcId, callerReference: 'firecamp-prod-7d1c', comment: 'FireCamp prod' };
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

test('is refused a second zone of the name in the VPC', async (t) => {
  const { aws, live } = await orchestratorRig(t);
  const second = aws.zones.create({ ...wanted, name: 'demo-firecamp.com' }, live);
  t.match(await rejectionOf(second), { code: 'FC-AWS-004', effect: 'none', message: /already been associated/ });
});

test('lets another VPC see the zone, once or twice, and not beside another zone of the name', async (t) => {
  const { aws, live } = await orchestratorRig(t, { vpcs });
  await aws.zones.associate(zoneId, otherVpc, live);
  await aws.zones.associate(zoneId, otherVpc, live);
  t.match(await aws.zones.find('demo-firecamp.com', otherVpc, live), { id: zoneId });
  const mine = await aws.zones.create(wanted, live);
  const theirs = await aws.zones.create({ ...wanted, vpcId: otherVpc, callerReference: 'theirs' }, live);
  t.not(mine.id, theirs.id);
  t.match(await rejectionOf(aws.zones.associate(mine.id, otherVpc, live)), { code: 'FC-AWS-004', effect: 'none' });
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
