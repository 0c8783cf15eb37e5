import { createSign, generateKeyPairSync } from 'node:crypto';
import { DescribeNetworkInterfacesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import t, { type Test } from 'tap';
import { ManualClock } from '../clock.ts';
import { type Cloud, startCloud } from '../cloud.ts';
import { demoTopology } from '../demo-topology.ts';
import { defaultPrincipal } from '../topology.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const roleArn = 'arn:aws:iam::111122223333:role/pods';
const issuer = 'https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE';

async function account(test: Test) {
  const clock = new ManualClock();
  const webIdentity = {
    issuer,
    audience: 'sts.amazonaws.com',
    subjects: ['system:serviceaccount:data:*'],
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
  const trust = { webIdentity, principals: ['arn:aws:iam::111122223333:user/*'] };
  const cloud = await startCloud(
    demoTopology({
      roles: [
        { name: 'demo-node', arn: 'arn:aws:iam::111122223333:role/demo-node' },
        { name: 'pods', arn: roleArn, trust },
        { name: 'closed', arn: `${roleArn}-closed` },
      ],
    }),
    { clock },
  );
  const client = new STSClient({
    region: 'us-east-1',
    endpoint: cloud.endpoints.sts,
    credentials: defaultPrincipal,
    maxAttempts: 1,
  });
  test.teardown(async () => {
    client.destroy();
    await cloud.close();
  });
  const claims = {
    iss: issuer,
    aud: ['sts.amazonaws.com'],
    sub: 'system:serviceaccount:data:redis',
    iat: Math.floor(clock.now() / 1000),
    exp: Math.floor(clock.now() / 1000) + 3600,
  };
  const assume = (token: string, RoleArn = roleArn) =>
    client.send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'redis-0', WebIdentityToken: token }));
  return { cloud, clock, client, claims, assume };
}

function jwt(claims: object, key = privateKey): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256', kid: '1' })}.${part(claims)}`;
  return `${signed}.${createSign('sha256').update(signed).sign(key, 'base64url')}`;
}

function ec2As(test: Test, cloud: Cloud, credentials: Credentials | undefined): EC2Client {
  const {
    AccessKeyId: accessKeyId = '',
    SecretAccessKey: secretAccessKey = '',
    SessionToken: sessionToken = '',
  } = credentials ?? {};
  const client = new EC2Client({
    region: 'us-east-1',
    endpoint: cloud.endpoints.ec2,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    maxAttempts: 1,
  });
  test.teardown(() => client.destroy());
  return client;
}

t.test('tells a caller who it is', async (test) => {
  const { client } = await account(test);
  const identity = await client.send(new GetCallerIdentityCommand({}));
  test.match(identity, { Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/simulated' });
});

t.test('issues credentials for a trusted web identity, which EC2 accepts until they expire', async (test) => {
  const { cloud, clock, claims, assume } = await account(test);
  const { Credentials } = await assume(jwt(claims));
  const ec2 = ec2As(test, cloud, Credentials);
  await test.resolves(ec2.send(new DescribeNetworkInterfacesCommand({})));
  test.equal(cloud.calls.all().at(-1)?.principal, 'arn:aws:sts::111122223333:assumed-role/pods/redis-0');
  test.equal(Credentials?.Expiration?.getTime(), Math.floor(clock.now()) + 3_600_000);
});

t.test('refuses credentials after their expiry', async (test) => {
  const { cloud, clock, client } = await account(test);
  const { Credentials } = await client.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'a', DurationSeconds: 900 }),
  );
  clock.advance(900_000);
  const ec2 = new EC2Client({
    region: 'us-east-1',
    endpoint: cloud.endpoints.ec2,
    // The cloud's clock is ahead of the machine's by now, so the client signs as one whose clock agrees with it.
    systemClockOffset: 900_000,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
    maxAttempts: 1,
  });
  test.teardown(() => ec2.destroy());
  await test.rejects(ec2.send(new DescribeNetworkInterfacesCommand({})), { name: 'RequestExpired' });
});

t.test('refuses a token of another issuer, audience, subject or key, and one that has expired', async (test) => {
  const { claims, assume } = await account(test);
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  await test.rejects(assume(jwt({ ...claims, iss: 'https://elsewhere.example' })), {
    name: 'InvalidIdentityTokenException',
  });
  await test.rejects(assume(jwt({ ...claims, aud: 'kubernetes' })), { name: 'InvalidIdentityTokenException' });
  await test.rejects(assume(jwt({ ...claims, sub: 'system:serviceaccount:web:x' })), { name: 'AccessDenied' });
  await test.rejects(assume(jwt(claims, other)), { name: 'InvalidIdentityTokenException' });
  await test.rejects(assume(jwt({ ...claims, exp: claims.iat - 1 })), { name: 'ExpiredTokenException' });
  await test.rejects(assume('no token'), { name: 'InvalidIdentityTokenException' });
});

t.test('refuses a role that trusts nobody, and one that is not there', async (test) => {
  const { client, claims, assume } = await account(test);
  await test.rejects(assume(jwt(claims), `${roleArn}-closed`), { name: 'AccessDenied' });
  await test.rejects(assume(jwt(claims), `${roleArn}-absent`), { name: 'AccessDenied' });
  const assumeClosed = new AssumeRoleCommand({ RoleArn: `${roleArn}-closed`, RoleSessionName: 'a' });
  await test.rejects(client.send(assumeClosed), { name: 'AccessDenied' });
});
