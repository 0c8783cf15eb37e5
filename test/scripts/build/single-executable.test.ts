import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { ensureBuilt } from '../../../scripts/build/ensure-built.ts';

const run = promisify(execFile);

const source = (name: string): string => JSON.stringify(join(import.meta.dirname, '../../../common/aws', name));

/** A program that makes one call to EC2 with whatever credentials our chain finds, and tells its arguments; or only tells its name. */
const program = `
import { DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import { awsConfigFrom } from ${source('aws-config.ts')};
import { openAwsClients } from ${source('clients.ts')};
if (process.argv.includes('--name')) { console.log(process.argv0); process.exit(); }
const client = openAwsClients(awsConfigFrom(process.env)).ec2.write;
client.send(new DescribeNetworkInterfacesCommand({})).then(
  ({ NetworkInterfaces }) => console.log(JSON.stringify([process.argv.slice(2), NetworkInterfaces])),
  (error) => { console.error(error); process.exit(1); },
);
`;

const sts = (
  id: string,
): string => `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>x:s</AssumedRoleId></AssumedRoleUser>
</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;

const keys = (id: string): string =>
  JSON.stringify({
    Code: 'Success',
    AccessKeyId: id,
    SecretAccessKey: 's',
    Token: 't',
    Expiration: '2099-01-01T00:00:00Z',
  });

/** EC2, STS, the container credentials endpoint and IMDS, as far as one call with each link of the chain needs them. */
function answer(request: IncomingMessage, body: string): string | undefined {
  const { method, url = '', headers } = request;
  if (url === '/pod-identity') return headers.authorization === 'pod-token' ? keys('AKIAPODIDENTITY') : undefined;
  if (method === 'PUT' && url === '/latest/api/token') return 'imds-token';
  if (url.startsWith('/latest/') && headers['x-aws-ec2-metadata-token'] !== 'imds-token') return undefined;
  if (url === '/latest/meta-data/iam/security-credentials/') return 'node-role';
  if (url === '/latest/meta-data/iam/security-credentials/node-role') return keys('AKIAINSTANCEROLE');
  const action = new URLSearchParams(body).get('Action');
  if (action === 'AssumeRoleWithWebIdentity') return body.includes('web-token') ? sts('AKIAWEBIDENTITY') : undefined;
  if (action !== 'DescribeNetworkInterfaces') return undefined;
  return `<DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><networkInterfaceSet><item>
<networkInterfaceId>eni-1</networkInterfaceId></item></networkInterfaceSet></DescribeNetworkInterfacesResponse>`;
}

// Two whole builds come first.
t.setTimeout(120_000);

const signedWith: (string | undefined)[] = [];
const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => {
    body += text;
  });
  request.on('end', () => {
    const text = answer(request, body);
    if (body.includes('DescribeNetworkInterfaces')) {
      signedWith.push(/Credential=(\w+)\//.exec(request.headers.authorization ?? '')?.[1]);
    }
    response.statusCode = text === undefined ? 404 : 200;
    response.setHeader('content-type', text?.startsWith('<') ? 'text/xml' : 'application/json');
    response.end(text);
  });
});
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const { port } = server.address() as AddressInfo;
const origin = `http://127.0.0.1:${port}`;
t.teardown(() => server.close());

const dir = t.testdir({ 'entry.ts': program, 'web-token': 'web-token', 'pod-token': 'pod-token' });
const [built, again] = await Promise.all(
  ['one', 'two'].map((out) => ensureBuilt({ entry: join(dir, 'entry.ts'), out: join(dir, out) })),
);
if (built === undefined || again === undefined) throw new Error('nothing was built');
const base = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: origin, HOME: dir };

t.test('comes out the same, byte for byte, of a second build elsewhere', async (t) => {
  const digest = async (file: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  t.equal(await digest(again.initcontainer), await digest(built.initcontainer));
  t.equal(await digest(again.stopcontainer), await digest(built.stopcontainer));
});

const links: Record<string, Record<string, string>> = {
  AKIAENVIRONMENT: { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT', AWS_SECRET_ACCESS_KEY: 's' },
  AKIAWEBIDENTITY: {
    AWS_WEB_IDENTITY_TOKEN_FILE: join(dir, 'web-token'),
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/r',
  },
  AKIAPODIDENTITY: {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${origin}/pod-identity`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(dir, 'pod-token'),
  },
  AKIAINSTANCEROLE: { AWS_EC2_METADATA_SERVICE_ENDPOINT: origin },
};

for (const [id, env] of Object.entries(links)) {
  t.test(`finds the credentials that ${Object.keys(env).join(' and ')} lead to`, async (t) => {
    signedWith.length = 0;
    const { stdout } = await run(built.initcontainer, ['--a', 'b c'], { env: { ...base, ...env } });
    t.strictSame(signedWith, [id]);
    t.match(JSON.parse(stdout), [['--a', 'b c'], [{ NetworkInterfaceId: 'eni-1' }]]);
  });
}

t.test('knows the name that it is called by', async (t) => {
  const { stdout } = spawnSync(built.initcontainer, ['--name'], { argv0: 'firecamp-stopcontainer', encoding: 'utf8' });
  t.equal(stdout, 'firecamp-stopcontainer\n');
});

t.test('accepts its code cache, and does its work without where V8 refuses it', async (t) => {
  await mkdir(join(dir, 'spy'));
  const spy = join(dir, 'spy', 'spy.cjs');
  await writeFile(
    spy,
    `const vm = require('node:vm');
     vm.Script = class extends vm.Script {
       constructor(...args) { super(...args); console.error('rejected:', this.cachedDataRejected); }
     };`,
  );
  // A cache is for one version of V8 and one set of its flags.
  for (const [flags, rejected] of [
    ['', 'false'],
    ['--stack-trace-limit=5', 'true'],
  ] as const) {
    const env = { ...base, ...links['AKIAENVIRONMENT'], NODE_OPTIONS: `--require ${spy} ${flags}` };
    const { stdout, stderr } = await run(built.initcontainer, [], { env });
    t.equal(stderr, `rejected: ${rejected}\n`);
    t.match(JSON.parse(stdout), [[], [{ NetworkInterfaceId: 'eni-1' }]]);
  }
});
