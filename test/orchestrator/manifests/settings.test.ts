import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { type Test, test } from 'tap';
import { awsConfigFrom } from '../../../common/aws/aws-config.ts';
import { openAwsClients } from '../../../common/aws/clients.ts';
import { readClaimConfig } from '../../../initcontainer/config.ts';
import { programSettings } from '../../../orchestrator/definition/program-settings.ts';
import { readServiceFile } from '../../../orchestrator/definition/read-service-file.ts';
import { applyJob } from '../../../orchestrator/manifests/apply-job.ts';
import { statefulSet } from '../../../orchestrator/manifests/stateful-set.ts';
import { readReleaseConfig } from '../../../stopcontainer/config.ts';
import { containerOf } from './parts.ts';
import { cluster, facts, oldCluster, redis } from './sample-service.ts';

/** A value of each that is not its default, and goes with the others. */
const everySetting: Readonly<Record<string, string>> = {
  FIRECAMP_ADDRESS_LIFETIME: '120',
  FIRECAMP_WATCH_INTERVAL: '5',
  FIRECAMP_DNS_SERVERS: '10.0.0.2,10.0.0.3:5353',
  FIRECAMP_K8S_URL: 'https://api.example.com:6443',
  LOG_LEVEL: 'debug',
  LOG_FORMAT: 'text',
  FIRECAMP_CLAIM_TIMEOUT: '60',
  FIRECAMP_RELEASE_TIMEOUT: '30',
  AWS_ENDPOINT_URL: 'https://vpce.example.com',
  AWS_ENDPOINT_URL_EC2: 'https://ec2.example.com',
  AWS_ENDPOINT_URL_ROUTE_53: 'https://route53.example.com',
  AWS_ENDPOINT_URL_STS: 'https://sts.example.com',
  AWS_ENDPOINT_URL_DYNAMODB: 'https://dynamodb.example.com',
  AWS_USE_FIPS_ENDPOINT: 'false',
  AWS_USE_DUALSTACK_ENDPOINT: 'false',
  AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://[fd00:ec2::254]',
  AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6',
  AWS_EC2_METADATA_DISABLED: 'true',
  NODE_USE_SYSTEM_CA: '1',
  NODE_EXTRA_CA_CERTS: '/etc/ssl/own.pem',
};

const pod: Readonly<Record<string, string>> = {
  ...{ 'metadata.name': 'redis-1', 'metadata.namespace': 'data', 'spec.nodeName': 'node-1' },
  ...{ 'metadata.uid': '1c0f9a6e-2b7d-4d7b-9a43-6f1d2c3b4a5e', 'status.hostIP': '10.0.1.5' },
};

function envOf(settings: Readonly<Record<string, string>>, container: string, where = cluster) {
  const fields = {
    cluster: 'c1',
    name: 'redis',
    replicas: 1,
    zones: ['us-east-1a'],
    image: 'redis:8',
    registerDns: true,
  };
  const text = JSON.stringify({ ...fields, settings });
  const set = statefulSet(readServiceFile(text, { file: 'f', release: '1.0.0' }), facts, where);
  const env = containerOf(set, container).env ?? [];
  return Object.fromEntries(env.map((one) => [one.name, one.value ?? pod[one.valueFrom?.fieldRef.fieldPath ?? '']]));
}

test('every setting of a service file reaches both containers, and their programs take it', async (t) => {
  t.strictSame(Object.keys(everySetting), [...programSettings.keys()], 'all that may be set are tried');
  for (const where of [cluster, oldCluster]) {
    const claim = envOf(everySetting, 'memberinit-redis', where);
    const release = envOf(everySetting, 'memberstop-redis', where);
    for (const env of [claim, release]) t.match(env, everySetting);
    const both = {
      ...{ addressLifetimeSeconds: 120, watchIntervalSeconds: 5, dnsServers: ['10.0.0.2', '10.0.0.3:5353'] },
      ...{ apiUrl: 'https://api.example.com:6443', logLevel: 'debug', logFormat: 'text' },
    };
    t.match(readClaimConfig([], claim).values, { ...both, claimTimeoutSeconds: 60 });
    t.match(readReleaseConfig([], release).values, { ...both, graceSeconds: 30 });
    const metadata = { endpoint: 'http://[fd00:ec2::254]', ipv6: true, disabled: true };
    t.strictSame(awsConfigFrom(claim).metadata, metadata);
  }
});

test('the Job that applies a service file reaches AWS as the pods do, and logs as it always does', async (t) => {
  const outside = Object.entries(everySetting).filter(([name]) => /^(AWS|NODE)_/.test(name));
  const job = applyJob({ ...redis, settings: everySetting }, { text: '', digest: '0123456789' }).find(
    ({ kind }) => kind === 'Job',
  );
  if (job === undefined) throw new Error('there is no Job');
  const env = (containerOf(job, 'apply').env ?? []).map(({ name, value }) => [name, value]);
  t.strictSame(env, [['AWS_REGION', 'us-east-1'], ...outside]);
});

test('AWS’s SDK goes where the settings of a service say', async (t) => {
  const wanted: [Readonly<Record<string, string>>, string][] = [
    [{}, 'ec2.us-east-1.amazonaws.com'],
    [{ AWS_ENDPOINT_URL: 'https://vpce.example.com' }, 'vpce.example.com'],
    [{ AWS_ENDPOINT_URL: 'https://a.example.com', AWS_ENDPOINT_URL_EC2: 'https://b.example.com' }, 'b.example.com'],
    [{ AWS_USE_FIPS_ENDPOINT: 'true' }, 'ec2-fips.us-east-1.amazonaws.com'],
    [{ AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'ec2.us-east-1.api.aws'],
  ];
  for (const [settings, host] of wanted) t.equal(await hostAsked(t, envOf(settings, 'memberinit-redis')), host, host);
  const both = { ...envOf({}, 'memberinit-redis'), AWS_USE_FIPS_ENDPOINT: 'true', AWS_ENDPOINT_URL: 'https://a.b' };
  await t.rejects(hostAsked(t, both), /FIPS and custom endpoint are not supported/, 'which a service file may not say');
});

/** The host that a call of EC2 would go to, in a process of this environment. */
async function hostAsked(t: Test, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'none' };
  const before = t.intercept(process, 'env', { value: { ...env, ...keys } });
  const clients = openAwsClients(awsConfigFrom(process.env));
  let host = '';
  clients.ec2.write.middlewareStack.add(
    () =>
      async ({ request }) => {
        host = Reflect.get(Object(request), 'hostname');
        throw new Error('far enough');
      },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await clients.ec2.write.send(new DescribeInstancesCommand({})).catch((error: unknown) => {
    if (!(error instanceof Error) || error.message !== 'far enough') throw error;
  });
  clients.close();
  before.restore();
  return host;
}
