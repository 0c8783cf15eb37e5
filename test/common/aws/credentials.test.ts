import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { CredentialChain } from '../../../common/aws/credentials.ts';
import { RequestFailedError } from '../../../common/domain/errors.ts';
import { issueSession } from '../../cloud/credentials.ts';
import { defaultPrincipal } from '../../cloud/topology.ts';
import { rejectionOf } from '../../rejection.ts';
import { type AwsRig, awsRig, node1, vpcId } from './aws-rig.ts';

const userArn = 'arn:aws:iam::111122223333:user/simulated';
const roleArn = 'arn:aws:iam::111122223333:role/redis';
const principals = [{ ...defaultPrincipal, arn: userArn }];
const keys = {
  AWS_ACCESS_KEY_ID: defaultPrincipal.accessKeyId,
  AWS_SECRET_ACCESS_KEY: defaultPrincipal.secretAccessKey,
};
const hour = 3_600_000;

/** Makes a signed call and tells as whom EC2 saw it. */
async function seenAs({ cloud, aws, live }: AwsRig): Promise<string | undefined> {
  await aws.addresses.findHolder(node1.primaryIp, { vpcId }, live);
  return cloud.calls.all((call) => call.service === 'ec2').at(-1)?.principal;
}

function jwt(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [part({ alg: 'RS256' }), part(claims), 'unsigned'].join('.');
}

/** A container credentials endpoint on loopback, as EKS Pod Identity's agent is one. */
async function endpoint(t: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/credentials`;
}

function sessionReply(lifeMs: number): string {
  const expiresAt = Date.now() + lifeMs;
  const session = issueSession({ arn: `${roleArn}/pod`, roleName: 'demo-node', expiresAt });
  return JSON.stringify({
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    Token: session.sessionToken,
    Expiration: new Date(expiresAt).toISOString(),
  });
}

test('signs with the keys of the environment', async (t) => {
  const rig = await awsRig(t, { principals }, keys);
  t.equal(await seenAs(rig), userArn);
  t.equal(rig.aws.clients.credentials.source, 'the environment');
});

test('signs with the keys of a profile in the shared credentials file, which goes before the environment', async (t) => {
  const file = join(
    t.testdir({
      credentials: [
        '[default]',
        'aws_access_key_id = AKIAOTHER',
        'aws_secret_access_key = other',
        '# the one that is meant',
        '[ work ]',
        `aws_access_key_id=${defaultPrincipal.accessKeyId}`,
        `aws_secret_access_key = ${defaultPrincipal.secretAccessKey}  `,
      ].join('\n'),
    }),
    'credentials',
  );
  const wrong = { AWS_ACCESS_KEY_ID: 'AKIAWRONG', AWS_SECRET_ACCESS_KEY: 'wrong' };
  const rig = await awsRig(t, { principals }, { ...wrong, AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'work' });
  t.equal(await seenAs(rig), userArn);
  const missing = await awsRig(t, { principals }, { AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'play' });
  t.match(await rejectionOf(missing.aws.prepare(missing.live)), { code: 'FC-AWS-005', message: /profile play/ });
});

test('exchanges the service account’s token at STS, and reads the file again each time', async (t) => {
  const dir = t.testdir({ token: '' });
  const webIdentity = { issuer: 'https://oidc.example', audience: 'sts.amazonaws.com' };
  const roles = [{ name: 'redis', arn: roleArn, trust: { webIdentity } }];
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: webIdentity.issuer, aud: webIdentity.audience, sub: 'sa', iat: now, exp: now + 600 };
  const env = {
    AWS_ROLE_ARN: roleArn,
    AWS_WEB_IDENTITY_TOKEN_FILE: join(dir, 'token'),
    AWS_ROLE_SESSION_NAME: 'redis-0',
    AWS_REGION: 'us-east-1',
  };
  const rig = await awsRig(t, { roles, instances: [] }, env);
  await writeFile(join(dir, 'token'), jwt({ ...claims, exp: now - 1 }));
  t.match(await rejectionOf(rig.aws.prepare(rig.live)), {
    code: 'FC-AWS-005',
    message: /web identity token failed.*ExpiredToken/,
  });
  await writeFile(join(dir, 'token'), `${jwt(claims)}\n`);
  t.match(await seenAs(rig), /assumed-role\/redis\/redis-0/);
});

test('asks the container credentials endpoint with the token of the file, over a broken answer', async (t) => {
  const dir = t.testdir({ token: 'pod-token\n' });
  const asked: (string | undefined)[] = [];
  const url = await endpoint(t, (request, response) => {
    asked.push(request.headers.authorization);
    if (asked.length === 1) response.writeHead(503).end();
    else response.end(sessionReply(hour));
  });
  const env = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(dir, 'token'),
  };
  const rig = await awsRig(t, {}, env);
  t.equal(await seenAs(rig), `${roleArn}/pod`);
  t.strictSame(asked, ['pod-token', 'pod-token']);
});

test('ends the chain at a place that is set up and fails, rather than act as somebody else', async (t) => {
  const url = await endpoint(t, (_, response) => response.writeHead(404).end());
  const rig = await awsRig(t, {}, { AWS_CONTAINER_CREDENTIALS_FULL_URI: url });
  t.match(await rejectionOf(seenAs(rig)), { code: 'FC-AWS-005', effect: 'none', message: /container.*HTTP 404/ });
  t.equal(rig.cloud.calls.all((call) => call.operation.includes('security-credentials')).length, 0);
});

test('signs with the instance’s role, asked for once by all calls', async (t) => {
  const rig = await awsRig(t);
  await Promise.all([rig.aws.prepare(rig.live), seenAs(rig), seenAs(rig)]);
  t.match(await seenAs(rig), /assumed-role\/demo-node/);
  t.equal(rig.cloud.calls.all((call) => call.operation.includes('security-credentials')).length, 2, 'role and keys');
});

test('says that there are none, and where it looked', async (t) => {
  const rig = await awsRig(t, { instances: [] }, { AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'us-east-1' });
  t.match(await rejectionOf(seenAs(rig)), { code: 'FC-AWS-005', message: /instance’s role failed.*DISABLED/ });
});

test('gets new credentials and asks again when EC2 says that they have expired', async (t) => {
  let given = 0;
  const url = await endpoint(t, (_, response) => {
    given += 1;
    response.end(sessionReply(hour));
  });
  const rig = await awsRig(t, {}, { AWS_CONTAINER_CREDENTIALS_FULL_URI: url });
  await rig.aws.prepare(rig.live);
  const words = { status: 400, code: 'RequestExpired', message: 'Request has expired.' };
  rig.cloud.faults.add({ service: 'ec2', times: 1 }, { kind: 'error', ...words });
  t.equal(await seenAs(rig), `${roleArn}/pod`);
  t.equal(given, 2);
});

test('fetches credentials anew before they expire, and lives on the old ones while that fails', async (t) => {
  let now = 0;
  let answer = async () => ({ accessKeyId: 'A', secretAccessKey: 's', expiration: new Date(hour) });
  const chain = new CredentialChain([{ name: 'a test', load: () => answer() }], () => now);
  t.match(await chain.current(), { accessKeyId: 'A' });
  const broken = new RequestFailedError('FC-AWS-007', 'no IMDS', { effect: 'none', transient: true });
  answer = () => Promise.reject(broken);
  now = hour - 6 * 60_000;
  t.match(await chain.current(), { accessKeyId: 'A' }, 'not asked yet');
  now = hour - 4 * 60_000;
  t.match(await chain.current(), { accessKeyId: 'A' }, 'asked in vain, still good');
  now = hour - 20_000;
  t.match(await rejectionOf(chain.current()), { code: 'FC-AWS-005', transient: true, cause: broken }, 'too old');
  answer = async () => ({ accessKeyId: 'B', secretAccessKey: 's', expiration: new Date(2 * hour) });
  t.match(await chain.current(), { accessKeyId: 'B' });
});

test('asks the next place only when one is not set up', async (t) => {
  const asked: string[] = [];
  const link = (name: string, found: boolean) => ({
    name,
    load: async () => {
      asked.push(name);
      return found ? { accessKeyId: name, secretAccessKey: 's' } : undefined;
    },
  });
  const chain = new CredentialChain([link('one', false), link('two', true), link('three', true)]);
  const [first, second] = await Promise.all([chain.current(), chain.current()]);
  t.equal(first, second);
  t.strictSame(asked, ['one', 'two']);
  const none = new CredentialChain([link('one', false)]);
  t.match(await rejectionOf(none.current()), { code: 'FC-AWS-005', transient: false, message: /none.*one/ });
});
