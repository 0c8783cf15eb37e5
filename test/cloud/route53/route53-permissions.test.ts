import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { type Test, test } from 'tap';
import { startCloud } from '../cloud.ts';
import { demoTopology } from '../demo-topology.ts';
import type { PolicyStatement } from '../policy-document.ts';
import { defaultPrincipal } from '../topology.ts';
import { DEMO_ZONE } from './open-route53.ts';

async function clientWith(t: Test, ...statements: PolicyStatement[]): Promise<Route53Client> {
  const arn = 'arn:aws:iam::111122223333:user/limited';
  const cloud = await startCloud(
    demoTopology({ principals: [{ ...defaultPrincipal, arn, policy: { Statement: statements } }] }),
  );
  const { region, route53: endpoint } = cloud.endpoints;
  const client = new Route53Client({ region, endpoint, credentials: defaultPrincipal, maxAttempts: 1 });
  t.teardown(async () => {
    client.destroy();
    await cloud.close();
  });
  return client;
}

function upsert(client: Route53Client, name: string, type: 'A' | 'TXT' = 'A') {
  const value = type === 'A' ? '10.0.1.200' : '"x"';
  const set = { Name: name, Type: type, TTL: 5, ResourceRecords: [{ Value: value }] };
  const changes = [{ Action: 'UPSERT' as const, ResourceRecordSet: set }];
  return client.send(
    new ChangeResourceRecordSetsCommand({ HostedZoneId: DEMO_ZONE, ChangeBatch: { Changes: changes } }),
  );
}

test('allows a zone by its ARN and a change by its own, and nothing else', async (t) => {
  const client = await clientWith(
    t,
    {
      Effect: 'Allow',
      Action: 'route53:ChangeResourceRecordSets',
      Resource: `arn:aws:route53:::hostedzone/${DEMO_ZONE}`,
    },
    { Effect: 'Allow', Action: 'route53:GetChange', Resource: 'arn:aws:route53:::change/*' },
  );
  const { ChangeInfo } = await upsert(client, 'redis-0.demo-firecamp.com');
  t.match(await client.send(new GetChangeCommand({ Id: ChangeInfo?.Id })), { ChangeInfo: { Status: 'PENDING' } });
  const list = client.send(new ListResourceRecordSetsCommand({ HostedZoneId: DEMO_ZONE }));
  await t.rejects(list, { name: 'AccessDenied', message: /not authorized to perform: route53:ListResourceRecordSets/ });
  await t.rejects(client.send(new ListHostedZonesCommand({})), { name: 'AccessDenied' });
});

test('keeps a policy to names and types by the normalised condition keys', async (t) => {
  const client = await clientWith(t, {
    Effect: 'Allow',
    Action: 'route53:ChangeResourceRecordSets',
    Resource: '*',
    Condition: {
      'ForAllValues:StringLike': {
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': 'redis-*.demo-firecamp.com',
      },
      'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': 'A' },
    },
  });
  await upsert(client, 'Redis-0.demo-firecamp.com.');
  await t.rejects(upsert(client, 'consul-0.demo-firecamp.com'), { name: 'AccessDenied' });
  await t.rejects(upsert(client, 'redis-0.demo-firecamp.com', 'TXT'), { name: 'AccessDenied' });
});
