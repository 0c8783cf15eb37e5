import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import t, { type Test } from 'tap';
import { literalSchemaKeys } from '../../../scripts/build/literal-schema-keys.ts';
import { noDefaultCredentials } from '../../../scripts/build/no-default-credentials.ts';
import { type Cloud, startCloud } from '../../cloud/cloud.ts';
import { issueSession } from '../../cloud/credentials.ts';
import { demoTopology } from '../../cloud/demo-topology.ts';
import { defaultPrincipal } from '../../cloud/topology.ts';
import { node1 } from './aws-rig.ts';

const roleArn = 'arn:aws:iam::111122223333:role/redis';
const trust = { webIdentity: { issuer: 'https://oidc.example', audience: 'sts.amazonaws.com' } };
const run = promisify(execFile);

/** The program as one CommonJS text that can import nothing any more, as the executable carries it. */
async function bundled(test: Test): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./signed-call.ts', import.meta.url))],
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    supported: { 'dynamic-import': false },
    plugins: [literalSchemaKeys, noDefaultCredentials],
  });
  const file = join(test.testdir({}), 'signed-call.cjs');
  writeFileSync(file, outputFiles[0]?.text ?? '');
  return file;
}

async function cloudOf(test: Test): Promise<Cloud> {
  const demo = demoTopology();
  const roles = [...(demo.roles ?? []), { name: 'redis', arn: roleArn, trust }];
  const cloud = await startCloud(
    demoTopology({ roles, principals: [{ ...defaultPrincipal, arn: 'arn:aws:iam::1:user/x' }] }),
  );
  test.teardown(() => cloud.close());
  return cloud;
}

function jwt(): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'https://oidc.example', aud: 'sts.amazonaws.com', sub: 'sa', iat: now, exp: now + 600 };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [part({ alg: 'RS256' }), part(claims), 'unsigned'].join('.');
}

/** EKS Pod Identity's agent, as far as a pod sees it. */
async function agent(test: Test): Promise<string> {
  const server = createServer((_, response) => {
    const session = issueSession({ arn: `${roleArn}/pod`, roleName: 'redis', expiresAt: Date.now() + 3_600_000 });
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token } = session;
    response.end(JSON.stringify({ AccessKeyId, SecretAccessKey, Token, Expiration: new Date(session.expiresAt) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/credentials`;
}

t.test('every link of the credential chain works in a bundle, which can import nothing lazily', async (test) => {
  const program = await bundled(test);
  const cloud = await cloudOf(test);
  const files = join(program, '..');
  writeFileSync(join(files, 'token'), jwt());
  writeFileSync(
    join(files, 'shared'),
    `[work]\naws_access_key_id=${defaultPrincipal.accessKeyId}\naws_secret_access_key=${defaultPrincipal.secretAccessKey}\n`,
  );
  const shared = {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_EC2: cloud.endpoints.ec2,
    AWS_ENDPOINT_URL_STS: cloud.endpoints.sts,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: cloud.endpoints.imds[node1.instanceId] ?? '',
    HOME: files,
  };
  const links: [string, Record<string, string>][] = [
    [
      'the environment',
      { AWS_ACCESS_KEY_ID: defaultPrincipal.accessKeyId, AWS_SECRET_ACCESS_KEY: defaultPrincipal.secretAccessKey },
    ],
    ['the shared credentials file', { AWS_PROFILE: 'work', AWS_SHARED_CREDENTIALS_FILE: join(files, 'shared') }],
    ['the web identity token', { AWS_ROLE_ARN: roleArn, AWS_WEB_IDENTITY_TOKEN_FILE: join(files, 'token') }],
    ['the container credentials endpoint', { AWS_CONTAINER_CREDENTIALS_FULL_URI: await agent(test) }],
    ['the instance’s role', {}],
  ];
  for (const [source, env] of links) {
    const { stdout, stderr } = await run(process.execPath, [program, node1.interfaceId], {
      env: { ...shared, ...env },
    });
    test.equal(stdout, `${node1.interfaceId}\n${source}\n`, source);
    test.equal(stderr, '', 'no warnings');
  }
});
