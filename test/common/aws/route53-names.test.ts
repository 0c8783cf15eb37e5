import { test } from 'tap';
import { plainName } from '../../../common/aws/route53-records.ts';
import { rejectionOf } from '../../rejection.ts';
import { awsRig, zoneId } from './aws-rig.ts';

const name = 'redis-0.demo-firecamp.com';
const first = { name, ttlSeconds: 5, values: ['10.0.1.200'] };
const second = { name, ttlSeconds: 5, values: ['10.0.1.201'] };

test('creates a record, finds it again and replaces it', async (t) => {
  const { aws, live } = await awsRig(t);
  const { names } = aws;
  t.equal(await names.find(zoneId, name, live), undefined);
  const change = await names.replace(zoneId, undefined, first, live);
  t.match(change, /^C[0-9A-Z]+$/);
  t.strictSame(await names.find(zoneId, name, live), first);
  t.strictSame(await names.find(zoneId, 'Redis-0.Demo-Firecamp.com.', live), first, 'however it is written');
  await names.replace(zoneId, first, second, live);
  t.strictSame(await names.find(zoneId, name, live), second);
});

test('does not take the record after the name for the one asked for', async (t) => {
  const { aws, live } = await awsRig(t);
  await aws.names.replace(zoneId, undefined, first, live);
  t.equal(await aws.names.find(zoneId, 'a.demo-firecamp.com', live), undefined);
  t.equal(await aws.names.find(zoneId, 'demo-firecamp.com', live), undefined, 'another type of the name');
});

test('finds a wildcard record, which Route 53 writes with an escape', async (t) => {
  const { aws, live } = await awsRig(t);
  const wildcard = { ...first, name: '*.demo-firecamp.com' };
  await aws.names.replace(zoneId, undefined, wildcard, live);
  t.strictSame(await aws.names.find(zoneId, '*.demo-firecamp.com', live), wildcard);
  t.equal(plainName('\\052.Demo-Firecamp.com.'), '*.demo-firecamp.com');
});

test('loses a compare-and-set against whoever was first, and changes nothing', async (t) => {
  const { aws, live } = await awsRig(t);
  await aws.names.replace(zoneId, undefined, first, live);
  const lost = { code: 'FC-DNS-002', fields: { name }, message: /already exists/ };
  t.match(await rejectionOf(aws.names.replace(zoneId, undefined, second, live)), lost, 'created meanwhile');
  const stale = { ...first, values: ['10.0.1.199'] };
  t.match(
    await rejectionOf(aws.names.replace(zoneId, stale, second, live)),
    { code: 'FC-DNS-002' },
    'changed meanwhile',
  );
  t.match(
    await rejectionOf(aws.names.replace(zoneId, { ...first, ttlSeconds: 6 }, second, live)),
    { code: 'FC-DNS-002' },
    'another TTL',
  );
  t.strictSame(await aws.names.find(zoneId, name, live), first);
});

test('sees a change that has not reached all servers', async (t) => {
  const { cloud, aws, live } = await awsRig(t);
  cloud.route53.insyncMs = Number.POSITIVE_INFINITY;
  const never = await aws.names.replace(zoneId, undefined, { ...first, name: `x.${name}` }, live);
  t.equal(await aws.names.isInSync(never, live), false);
});

test('sees a change that has reached all servers', async (t) => {
  const { cloud, aws, live } = await awsRig(t);
  cloud.route53.insyncMs = 0;
  t.equal(await aws.names.isInSync(await aws.names.replace(zoneId, undefined, first, live), live), true);
});

test('sends a change once, and reads again over throttling', async (t) => {
  const { cloud, aws, live } = await awsRig(t);
  await aws.prepare(live);
  const sent = (operation: string) => cloud.calls.all((call) => call.operation === operation).length;
  const cases = [
    ['throttle', { code: 'FC-AWS-002', effect: 'none', transient: true }],
    ['lose-reply', { code: 'FC-AWS-003', effect: 'unknown', transient: true }],
    ['garbage', { code: 'FC-AWS-006', effect: 'unknown' }],
  ] as const;
  for (const [kind, expected] of cases) {
    const before = sent('ChangeResourceRecordSets');
    const record = { ...first, name: `${kind}.demo-firecamp.com` };
    cloud.faults.add({ operation: 'ChangeResourceRecordSets', times: 1 }, { kind });
    t.match(await rejectionOf(aws.names.replace(zoneId, undefined, record, live)), expected, kind);
    t.equal(sent('ChangeResourceRecordSets') - before, 1, `one request over ${kind}`);
  }
  cloud.faults.add({ operation: 'ListResourceRecordSets', times: 1 }, { kind: 'throttle' });
  t.strictSame(await aws.names.find(zoneId, 'lose-reply.demo-firecamp.com', live), {
    ...first,
    name: 'lose-reply.demo-firecamp.com',
  });
});

test('gives another change under way as a reason to try later', async (t) => {
  const { cloud, aws, live } = await awsRig(t);
  const words = { status: 400, code: 'PriorRequestNotComplete', message: 'The request was rejected' };
  cloud.faults.add({ operation: 'ChangeResourceRecordSets' }, { kind: 'error', ...words });
  t.match(await rejectionOf(aws.names.replace(zoneId, undefined, first, live)), {
    code: 'FC-AWS-002',
    effect: 'none',
    transient: true,
  });
});

test('never says that a name has no record when the reply cannot be read', async (t) => {
  const { cloud, aws, live } = await awsRig(t);
  cloud.faults.add({ operation: 'ListResourceRecordSets' }, { kind: 'garbage' });
  t.match(await rejectionOf(aws.names.find(zoneId, name, live)), { code: 'FC-AWS-006' });
});

test('names the action that is not allowed', async (t) => {
  const arn = 'arn:aws:iam::111122223333:role/demo-node';
  const policy = { Statement: { Effect: 'Allow', Action: 'ec2:*', Resource: '*' } } as const;
  const { aws, live } = await awsRig(t, { roles: [{ name: 'demo-node', arn, policy }] });
  t.match(await rejectionOf(aws.names.find(zoneId, name, live)), {
    code: 'FC-AWS-001',
    fields: {
      action: 'route53:ListResourceRecordSets',
      identity: /^arn:aws:sts::111122223333:assumed-role\/demo-node/,
    },
  });
});
