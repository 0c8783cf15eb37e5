import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import t, { type Test } from 'tap';
import { startCloud } from './cloud.ts';
import { demoTopology } from './demo-topology.ts';
import type { PolicyDocument } from './policy-document.ts';
import { defaultPrincipal } from './topology.ts';

const roles = [
  { name: 'demo-node', arn: 'arn:aws:iam::111122223333:role/demo-node' },
  {
    name: 'pods',
    arn: 'arn:aws:iam::111122223333:role/pods',
    trust: { webIdentity: { issuer: 'https://oidc.example', audience: 'sts.amazonaws.com' } },
  },
];

async function account(test: Test, policy?: PolicyDocument) {
  const principal = { ...defaultPrincipal, arn: 'arn:aws:iam::111122223333:user/simulated', ...(policy && { policy }) };
  const cloud = await startCloud(demoTopology({ roles, principals: [principal] }));
  const options = { region: 'us-east-1', credentials: defaultPrincipal, maxAttempts: 1 };
  const route53 = new Route53Client({ ...options, endpoint: cloud.endpoints.route53 });
  test.teardown(async () => {
    route53.destroy();
    await cloud.close();
  });
  return { cloud, route53 };
}

/** A client that has to find its credentials as a program in a pod does: in these variables and nowhere else. */
async function clientWith(test: Test, endpoint: string, variables: Record<string, string>): Promise<EC2Client> {
  const names = Object.keys(process.env).filter((name) => name.startsWith('AWS_'));
  const home = await mkdtemp(join(tmpdir(), 'no-aws-config-'));
  const before = Object.fromEntries(
    [...names, 'HOME', ...Object.keys(variables)].map((name) => [name, process.env[name]]),
  );
  for (const name of names) delete process.env[name];
  Object.assign(process.env, variables, { HOME: home });
  const client = new EC2Client({ region: 'us-east-1', endpoint, maxAttempts: 1 });
  test.teardown(() => {
    client.destroy();
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  return client;
}

t.test("accepts the credentials of an instance's role, which the SDK finds through IMDS", async (test) => {
  const { cloud } = await account(test);
  const client = await clientWith(test, cloud.endpoints.ec2, {
    AWS_EC2_METADATA_SERVICE_ENDPOINT: cloud.endpoints.imds['i-00000000000000001'] ?? '',
  });
  await client.send(new DescribeVpcsCommand({}));
  test.equal(
    cloud.calls.of('ec2', 'DescribeVpcs')[0]?.principal,
    'arn:aws:sts::111122223333:assumed-role/demo-node/i-00000000000000001',
  );
  test.ok(cloud.calls.all((call) => call.service === 'imds' && call.instanceId === 'i-00000000000000001').length > 0);
});

t.test('accepts the credentials of a web identity, which the SDK finds through STS', async (test) => {
  const { cloud } = await account(test);
  const seconds = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://oidc.example',
    aud: 'sts.amazonaws.com',
    sub: 'pod',
    iat: seconds,
    exp: seconds + 600,
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const file = join(await mkdtemp(join(tmpdir(), 'token-')), 'token');
  await writeFile(file, `${part({ alg: 'none' })}.${part(claims)}.`);
  const client = await clientWith(test, cloud.endpoints.ec2, {
    AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/pods',
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ROLE_SESSION_NAME: 'redis-0',
    AWS_ENDPOINT_URL_STS: cloud.endpoints.sts,
    AWS_REGION: 'us-east-1',
  });
  await client.send(new DescribeVpcsCommand({}));
  test.strictSame(
    cloud.calls.all().map((call) => [call.service, call.operation, call.principal]),
    [
      ['sts', 'AssumeRoleWithWebIdentity', undefined],
      ['ec2', 'DescribeVpcs', 'arn:aws:sts::111122223333:assumed-role/pods/redis-0'],
    ],
  );
});

t.test('verifies signatures over paths and queries with characters that are encoded', async (test) => {
  const { route53 } = await account(test);
  const start = { StartRecordName: "*.a b'(c)!.demo-firecamp.com", StartRecordType: 'A' as const };
  const list = new ListResourceRecordSetsCommand({ HostedZoneId: 'Z00000000000000DEMO1', ...start });
  await test.resolves(route53.send(list));
  const odd = new ListResourceRecordSetsCommand({ HostedZoneId: "Z 0*(é)'" });
  await test.rejects(route53.send(odd), { name: /NoSuchHostedZone|InvalidInput/ }, 'signed well, refused for its id');
});

t.test('enforces what a policy says of record names, types and actions', async (test) => {
  const { route53 } = await account(test, {
    Statement: {
      Effect: 'Allow',
      Action: 'route53:ChangeResourceRecordSets',
      Resource: 'arn:aws:route53:::hostedzone/Z00000000000000DEMO1',
      Condition: {
        'ForAllValues:StringLike': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['*.demo-firecamp.com'],
        },
        'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['A'] },
      },
    },
  });
  const change = (Name: string, Type: 'A' | 'TXT', Value: string) => {
    const record = { Name, Type, TTL: 5, ResourceRecords: [{ Value }] };
    const ChangeBatch = { Changes: [{ Action: 'UPSERT' as const, ResourceRecordSet: record }] };
    return route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: 'Z00000000000000DEMO1', ChangeBatch }));
  };
  await test.resolves(change('redis-0.demo-firecamp.com', 'A', '10.0.1.200'));
  await test.rejects(change('redis-0.demo-firecamp.com', 'TXT', '"x"'), { name: 'AccessDenied' });
  await test.rejects(change('demo-firecamp.com', 'A', '10.0.1.200'), { name: 'AccessDenied' });
  const list = new ListResourceRecordSetsCommand({ HostedZoneId: 'Z00000000000000DEMO1' });
  await test.rejects(route53.send(list), { name: 'AccessDenied' });
});

t.test('serves nothing any more once it is closed', async (test) => {
  const cloud = await startCloud(demoTopology());
  const hold = cloud.faults.hold({ service: 'sts' });
  const { ec2, route53, sts, imds } = cloud.endpoints;
  const held = test.rejects(fetch(sts, { method: 'POST', body: 'Action=GetCallerIdentity' }));
  await hold.reached;
  await cloud.close();
  await held;
  for (const url of [ec2, route53, sts, ...Object.values(imds)]) await test.rejects(fetch(url), url);
});
