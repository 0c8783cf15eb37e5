import {
  AssociateVPCWithHostedZoneCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  DisassociateVPCFromHostedZoneCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesByVPCCommand,
  ListHostedZonesCommand,
  ListTagsForResourcesCommand,
} from '@aws-sdk/client-route-53';
import { test } from 'tap';
import { DEMO_ZONE, openRoute53 } from './open-route53.ts';

const VPC = { VPCId: 'vpc-00000000000000001', VPCRegion: 'us-east-1' as const };

test('makes a public zone with name servers and one for a VPC private, with its Location', async (t) => {
  await using route53 = await openRoute53();
  const shared = await route53.client.send(new CreateHostedZoneCommand({ Name: 'Open.com', CallerReference: '1' }));
  t.match(shared, { HostedZone: { Name: 'open.com.', Config: { PrivateZone: false } }, VPC: undefined });
  t.equal(shared.DelegationSet?.NameServers?.length, 4);
  t.match(shared.Location, new RegExp(`${shared.HostedZone?.Id}$`));
  const own = await route53.client.send(new CreateHostedZoneCommand({ Name: 'own.com', CallerReference: '2', VPC }));
  t.match(own, { HostedZone: { Config: { PrivateZone: true } }, VPC, DelegationSet: undefined });
  t.match(own.ChangeInfo, { Status: 'PENDING' });
});

test('refuses a zone that cannot be: a reused reference, a private one without VPC, an unknown VPC, a bad name', async (t) => {
  await using route53 = await openRoute53();
  const create = (input: Partial<ConstructorParameters<typeof CreateHostedZoneCommand>[0]>) =>
    route53.client.send(new CreateHostedZoneCommand({ Name: 'x.com', CallerReference: 'x', ...input }));
  await create({});
  await t.rejects(create({ Name: 'y.com' }), { name: 'HostedZoneAlreadyExists', $metadata: { httpStatusCode: 409 } });
  const { HostedZone: made } = await create({ CallerReference: 'gone' });
  await route53.client.send(new DeleteHostedZoneCommand({ Id: made?.Id }));
  await t.rejects(create({ CallerReference: 'gone' }), { name: 'HostedZoneAlreadyExists' }, 'of a deleted zone too');
  const config = { HostedZoneConfig: { PrivateZone: true } };
  await t.rejects(create({ CallerReference: 'y', ...config }), { name: 'InvalidInput', message: /needs a VPC/ });
  const unknown = { VPC: { ...VPC, VPCId: 'vpc-none' } };
  await t.rejects(create({ CallerReference: 'y', ...unknown }), { name: 'InvalidVPCId' });
  await t.rejects(create({ CallerReference: 'y', Name: 'a..com' }), { name: 'InvalidDomainName' });
});

test('shows a VPC one private zone of a name and never leaves a private zone without a VPC', async (t) => {
  await using route53 = await openRoute53();
  const { client } = route53;
  const twin = client.send(new CreateHostedZoneCommand({ Name: 'demo-firecamp.com', CallerReference: 't', VPC }));
  await t.rejects(twin, { name: 'ConflictingDomainExists' });
  const again = client.send(new AssociateVPCWithHostedZoneCommand({ HostedZoneId: DEMO_ZONE, VPC }));
  await t.rejects(again, { name: 'ConflictingDomainExists' });
  const last = client.send(new DisassociateVPCFromHostedZoneCommand({ HostedZoneId: DEMO_ZONE, VPC }));
  await t.rejects(last, { name: 'LastVPCAssociation' });
  const shared = await client.send(new CreateHostedZoneCommand({ Name: 'open.com', CallerReference: 'o' }));
  const wrong = client.send(new AssociateVPCWithHostedZoneCommand({ HostedZoneId: shared.HostedZone?.Id, VPC }));
  await t.rejects(wrong, { name: 'PublicZoneVPCAssociation' });
});

test('frees the name for the VPC when the zone is deleted', async (t) => {
  await using route53 = await openRoute53();
  const { client } = route53;
  await client.send(new DeleteHostedZoneCommand({ Id: DEMO_ZONE }));
  await t.rejects(client.send(new GetHostedZoneCommand({ Id: DEMO_ZONE })), { name: 'NoSuchHostedZone' });
  await client.send(new CreateHostedZoneCommand({ Name: 'demo-firecamp.com', CallerReference: 't', VPC }));
});

test('pages through the zones by marker', async (t) => {
  await using route53 = await openRoute53();
  for (const n of [1, 2]) {
    await route53.client.send(new CreateHostedZoneCommand({ Name: `n${n}.com`, CallerReference: `${n}` }));
  }
  const seen: (string | undefined)[] = [];
  let marker: string | undefined;
  do {
    const page = await route53.client.send(new ListHostedZonesCommand({ MaxItems: 2, Marker: marker }));
    seen.push(...(page.HostedZones ?? []).map(({ Name }) => Name));
    marker = page.IsTruncated === true ? page.NextMarker : undefined;
  } while (marker !== undefined);
  t.strictSame(seen.sort(), ['demo-firecamp.com.', 'n1.com.', 'n2.com.']);
});

test('lists the tags of several zones', async (t) => {
  await using route53 = await openRoute53();
  route53.service.state.tags(DEMO_ZONE).set('firecamp-cluster', 'demo');
  const ask = (ids: string[]) =>
    route53.client.send(new ListTagsForResourcesCommand({ ResourceType: 'hostedzone', ResourceIds: ids }));
  const { ResourceTagSets } = await ask([DEMO_ZONE]);
  t.match(ResourceTagSets, [{ ResourceId: DEMO_ZONE, Tags: [{ Key: 'firecamp-cluster', Value: 'demo' }] }]);
  await t.rejects(ask([DEMO_ZONE, 'ZNONE']), { name: 'NoSuchHostedZone' });
});

test('lists zones of one name from the id that was asked for', async (t) => {
  await using route53 = await openRoute53();
  const make = (n: number) => new CreateHostedZoneCommand({ Name: 'same.com', CallerReference: `${n}` });
  for (const n of [1, 2, 3]) await route53.client.send(make(n));
  const list = async (input: object) =>
    (await route53.client.send(new ListHostedZonesByNameCommand(input))).HostedZones;
  const ids = (await list({ DNSName: 'same.com' }))?.map(({ Id = '' }) => Id);
  t.equal(ids?.length, 3);
  const rest = await list({ DNSName: 'same.com', HostedZoneId: ids?.[1] });
  t.strictSame(
    rest?.map(({ Id }) => Id),
    ids?.slice(1),
  );
  await t.rejects(list({ HostedZoneId: ids?.[1] }), { name: 'InvalidInput' });
});

test('lists the zones of a VPC, page by page, and of no other', async (t) => {
  await using route53 = await openRoute53();
  await route53.client.send(new CreateHostedZoneCommand({ Name: 'open.com', CallerReference: 'o' }));
  await route53.client.send(new CreateHostedZoneCommand({ Name: 'own.com', CallerReference: 'p', VPC }));
  const list = (input: object = {}) =>
    route53.client.send(new ListHostedZonesByVPCCommand({ ...VPC, MaxItems: 1, ...input }));
  const first = await list();
  t.match(first.HostedZoneSummaries, [
    { HostedZoneId: DEMO_ZONE, Name: 'demo-firecamp.com.', Owner: { OwningAccount: '111122223333' } },
  ]);
  const last = await list({ NextToken: first.NextToken });
  t.match(last, { HostedZoneSummaries: [{ Name: 'own.com.' }], NextToken: undefined });
  await t.rejects(list({ VPCId: 'vpc-none' }), { name: 'InvalidVPCId' });
  await t.rejects(list({ NextToken: 'ZNONE' }), { name: 'InvalidPaginationToken' });
});
