import {
  type Change,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { test } from 'tap';
import { DEMO_ZONE, openRoute53 } from './open-route53.ts';
import { FORMER_LIMITS } from './rate-limit.ts';

function a(action: 'CREATE' | 'DELETE' | 'UPSERT', name: string, values: string[], ttl = 5): Change {
  const records = values.map((Value) => ({ Value }));
  return { Action: action, ResourceRecordSet: { Name: name, Type: 'A', TTL: ttl, ResourceRecords: records } };
}

function change(client: Route53Client, ...changes: Change[]) {
  const input = { HostedZoneId: DEMO_ZONE, ChangeBatch: { Changes: changes } };
  return client.send(new ChangeResourceRecordSetsCommand(input));
}

async function names(client: Route53Client, query: object = {}) {
  const reply = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: DEMO_ZONE, ...query }));
  return reply.ResourceRecordSets?.map(({ Name, Type }) => `${Name} ${Type}`);
}

test('shows a change to the API at once and to the DNS servers only when it is INSYNC', async (t) => {
  await using route53 = await openRoute53();
  route53.service.state.insyncMs = 1000;
  const { ChangeInfo } = await change(route53.client, a('CREATE', 'redis-0.demo-firecamp.com', ['10.0.1.200']));
  t.equal(ChangeInfo?.Status, 'PENDING');
  t.match(ChangeInfo?.Id, /^\/change\/C/);
  t.strictSame(await names(route53.client, { StartRecordName: 'redis-0.demo-firecamp.com' }), [
    'redis-0.demo-firecamp.com. A',
  ]);
  t.notMatch(route53.service.state.served(DEMO_ZONE), [{ type: 'A' }]);
  route53.clock.advance(1000);
  const after = await route53.client.send(new GetChangeCommand({ Id: ChangeInfo?.Id }));
  t.equal(after.ChangeInfo?.Status, 'INSYNC');
  t.match(
    route53.service.state.served(DEMO_ZONE).find(({ type }) => type === 'A'),
    { name: 'redis-0.demo-firecamp.com.', ttl: 5, values: ['10.0.1.200'] },
  );
});

test('makes DELETE of the old value and CREATE of the new one a compare-and-set', async (t) => {
  await using route53 = await openRoute53();
  const name = 'redis-0.demo-firecamp.com.';
  await change(route53.client, a('CREATE', name, ['10.0.1.11']));
  await change(route53.client, a('DELETE', name, ['10.0.1.11']), a('CREATE', name, ['10.0.1.12']));
  const loser = change(route53.client, a('DELETE', name, ['10.0.1.11']), a('CREATE', name, ['10.0.2.13']));
  await t.rejects(loser, {
    name: 'InvalidChangeBatch',
    message: /Tried to delete resource record set \[name='redis-0.demo-firecamp.com.', type='A'\] but the values/,
    $metadata: { httpStatusCode: 400 },
  });
  t.match(route53.service.state.records(DEMO_ZONE).at(-1), { name, values: ['10.0.1.12'] });
});

test('applies nothing of a batch of which one change is refused', async (t) => {
  await using route53 = await openRoute53();
  const batch = change(
    route53.client,
    a('CREATE', 'one.demo-firecamp.com', ['10.0.1.11']),
    a('DELETE', 'two.demo-firecamp.com', ['10.0.1.12']),
  );
  await t.rejects(batch, {
    name: 'InvalidChangeBatch',
    message: /two\.demo-firecamp\.com\.', type='A'\] but it was not found/,
  });
  t.strictSame(await names(route53.client), ['demo-firecamp.com. NS', 'demo-firecamp.com. SOA']);
});

test('deletes only on the same TTL and all the same values, in any order', async (t) => {
  await using route53 = await openRoute53();
  const name = 'all.demo-firecamp.com';
  await change(route53.client, a('CREATE', name, ['10.0.1.11', '10.0.1.12']));
  await t.rejects(change(route53.client, a('DELETE', name, ['10.0.1.11', '10.0.1.12'], 6)), /do not match/);
  await t.rejects(change(route53.client, a('DELETE', name, ['10.0.1.11'])), /do not match/);
  await change(route53.client, a('DELETE', name, ['10.0.1.12', '10.0.1.11']));
  t.equal(route53.service.state.records(DEMO_ZONE).length, 2);
});

test('answers with names in lower case, with a trailing dot and with the asterisk as \\052', async (t) => {
  await using route53 = await openRoute53();
  await change(route53.client, a('UPSERT', '*.Redis.Demo-Firecamp.COM', ['10.0.1.11']));
  t.match(await names(route53.client), [
    'demo-firecamp.com. NS',
    'demo-firecamp.com. SOA',
    '\\052.redis.demo-firecamp.com. A',
  ]);
  await t.rejects(
    change(route53.client, a('CREATE', '\\052.redis.demo-firecamp.com', ['10.0.1.12'])),
    /already exists/,
  );
});

test('lists from the name that was asked for or the next one after it, by labels from the right', async (t) => {
  await using route53 = await openRoute53();
  for (const name of ['b', 'x.a', 'a'])
    await change(route53.client, a('CREATE', `${name}.demo-firecamp.com`, ['10.0.1.11']));
  t.strictSame((await names(route53.client))?.slice(2), [
    'a.demo-firecamp.com. A',
    'x.a.demo-firecamp.com. A',
    'b.demo-firecamp.com. A',
  ]);
  t.strictSame(
    await names(route53.client, { StartRecordName: 'aa.demo-firecamp.com', StartRecordType: 'A', MaxItems: 1 }),
    ['b.demo-firecamp.com. A'],
  );
});

test('pages by MaxItems with the next name and type until nothing is left', async (t) => {
  await using route53 = await openRoute53();
  const input = { HostedZoneId: `/hostedzone/${DEMO_ZONE}`, MaxItems: 1 };
  const first = await route53.client.send(new ListResourceRecordSetsCommand(input));
  t.match(first, { IsTruncated: true, NextRecordName: 'demo-firecamp.com.', NextRecordType: 'SOA', MaxItems: 1 });
  const next = { ...input, StartRecordName: first.NextRecordName, StartRecordType: first.NextRecordType };
  const last = await route53.client.send(new ListResourceRecordSetsCommand(next));
  t.match(last, { IsTruncated: false, NextRecordName: undefined, ResourceRecordSets: [{ Type: 'SOA' }] });
});

test('refuses a change of a zone that still processes an earlier one', async (t) => {
  await using route53 = await openRoute53();
  route53.service.state.busyMs = 50;
  await change(route53.client, a('UPSERT', 'one.demo-firecamp.com', ['10.0.1.11']));
  const second = () => change(route53.client, a('UPSERT', 'two.demo-firecamp.com', ['10.0.1.12']));
  await t.rejects(second(), { name: 'PriorRequestNotComplete' });
  route53.clock.advance(50);
  await second();
  t.equal(route53.service.state.records(DEMO_ZONE).length, 4);
});

test('counts an UPSERT twice towards the 1,000 records and 32,000 characters of a batch', async (t) => {
  await using route53 = await openRoute53();
  const many = (count: number, action: 'CREATE' | 'UPSERT') =>
    Array.from({ length: count }, (_, i) => a(action, `n${i}.demo-firecamp.com`, [`10.0.${i >> 8}.${i & 255}`]));
  await t.rejects(change(route53.client, ...many(501, 'UPSERT')), /Number of records limit of 1000 exceeded/);
  await t.rejects(change(route53.client, ...many(1001, 'CREATE')), /Number of records limit of 1000 exceeded/);
  const text = { Name: 't.demo-firecamp.com', Type: 'TXT' as const, TTL: 5 };
  const big = { ...text, ResourceRecords: [{ Value: `"${'x'.repeat(16_000)}"` }] };
  await t.rejects(change(route53.client, { Action: 'UPSERT', ResourceRecordSet: big }), /limit of 32000 exceeded/);
  await change(route53.client, ...many(1000, 'CREATE'));
  t.equal(route53.service.state.records(DEMO_ZONE).length, 1002);
});

test('names what is unknown: a zone, a change, a record outside the zone', async (t) => {
  await using route53 = await openRoute53();
  const { client } = route53;
  await t.rejects(client.send(new GetHostedZoneCommand({ Id: 'ZNONE' })), {
    name: 'NoSuchHostedZone',
    message: /ZNONE/,
  });
  await t.rejects(client.send(new GetChangeCommand({ Id: 'CNONE' })), { name: 'NoSuchChange' });
  await t.rejects(
    change(client, a('CREATE', 'a.other.com', ['10.0.1.11'])),
    /is not permitted in zone demo-firecamp\.com\./,
  );
  await t.rejects(change(client, a('CREATE', 'a.demo-firecamp.com', ['10.0.1.300'])), /not a valid IPv4 address/);
  const bare = { Action: 'DELETE' as const, ResourceRecordSet: { Name: 'a.demo-firecamp.com', Type: 'A' as const } };
  await t.rejects(change(client, bare), { name: 'InvalidInput', message: /Expected exactly one of/ });
});

test('keeps a CNAME alone at its name and the zone its SOA and NS', async (t) => {
  await using route53 = await openRoute53();
  const alias = {
    Name: 'a.demo-firecamp.com',
    Type: 'CNAME' as const,
    TTL: 5,
    ResourceRecords: [{ Value: 'b.example.com' }],
  };
  await change(route53.client, a('CREATE', 'a.demo-firecamp.com', ['10.0.1.11']));
  await t.rejects(
    change(route53.client, { Action: 'CREATE', ResourceRecordSet: alias }),
    /conflicts with other records/,
  );
  const [, soa] = route53.service.state.records(DEMO_ZONE);
  const apex = { Name: soa?.name, Type: 'SOA' as const, TTL: soa?.ttl, ResourceRecords: [{ Value: soa?.values[0] }] };
  await t.rejects(change(route53.client, { Action: 'DELETE', ResourceRecordSet: apex }), /exactly one SOA record/);
});

test('throttles the account on the sixth request of a second under the limits of before July 2026', async (t) => {
  await using route53 = await openRoute53({ limits: FORMER_LIMITS });
  for (let request = 0; request < 5; request += 1) await route53.client.send(new ListHostedZonesCommand({}));
  await t.rejects(route53.client.send(new ListHostedZonesCommand({})), {
    name: 'Throttling',
    message: 'Rate exceeded',
  });
  route53.clock.advance(200);
  t.match(await route53.client.send(new ListHostedZonesCommand({})), { IsTruncated: false });
});

test('lists public and private zones by name together', async (t) => {
  await using route53 = await openRoute53();
  const { state } = route53.service;
  const zone = { callerReference: 'x', comment: undefined, vpcs: [] };
  state.addZone({ ...zone, name: 'demo-firecamp.com', privateZone: false });
  state.addZone({ ...zone, name: 'zz.com', privateZone: false });
  const reply = await route53.client.send(new ListHostedZonesByNameCommand({ DNSName: 'demo-firecamp.com' }));
  t.match(reply.HostedZones?.map(({ Name, Config }) => [Name, Config?.PrivateZone]).sort(), [
    ['demo-firecamp.com.', false],
    ['demo-firecamp.com.', true],
    ['zz.com.', false],
  ]);
});

test('keeps a text value to the letter', async (t) => {
  await using route53 = await openRoute53();
  const value = '"a <b> & \\"c\\"  \u00e9" "  second "';
  const set = { Name: 't.demo-firecamp.com', Type: 'TXT' as const, TTL: 0, ResourceRecords: [{ Value: value }] };
  await change(route53.client, { Action: 'CREATE', ResourceRecordSet: set });
  const query = { HostedZoneId: DEMO_ZONE, StartRecordName: 't.demo-firecamp.com' };
  const reply = await route53.client.send(new ListResourceRecordSetsCommand(query));
  t.match(reply.ResourceRecordSets, [{ TTL: 0, ResourceRecords: [{ Value: value }] }]);
  await change(route53.client, { Action: 'DELETE', ResourceRecordSet: set });
});
