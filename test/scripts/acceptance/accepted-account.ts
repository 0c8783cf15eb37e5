import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Test } from 'tap';
import { awsConfigFrom } from '../../../common/aws/aws-config.ts';
import { openOrchestratorAws } from '../../../common/aws/open-orchestrator-aws.ts';
import { type Cleaned, clean } from '../../../scripts/acceptance/clean.ts';
import { acceptancePolicy } from '../../../scripts/acceptance/iam-policy.ts';
import type { Part } from '../../../scripts/acceptance/options.ts';
import type { Outcome } from '../../../scripts/acceptance/run.ts';
import { type Cloud, type CloudOptions, startCloud } from '../../cloud/cloud.ts';
import { defaultPrincipal, topology } from '../../cloud/topology.ts';

const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'acceptance', 'main.ts');

/** The interface of the instance that the script plays to run on. Under the shipped policy it has to have the tag of the acceptance. */
export const guest = 'eni-0a';

/** The instance's primary interface, in another subnet. */
export const primary = { id: 'eni-0b', subnetId: 'subnet-0b' };

/** How one call of the script went. */
export interface Called {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly outcome: Outcome | undefined;
}

/** A simulated account whose only principal may do what the script's own policy says. */
export async function account(t: Test, options: CloudOptions = {}): Promise<Cloud> {
  const instance = {
    id: 'i-0a',
    type: 'm5.large',
    interfaces: [
      { ...primary, mac: '02:00:00:00:00:0b', primaryIp: '10.0.2.10', deviceIndex: 0 },
      {
        id: guest,
        mac: '02:00:00:00:00:0a',
        subnetId: 'subnet-0a',
        primaryIp: '10.0.1.10',
        deviceIndex: 1,
        // So that it will do on any machine, also one of which nothing can be told.
        tags: { 'firecamp-acceptance': 'may-visit', 'node.k8s.amazonaws.com/no_manage': 'true' },
      },
    ],
  };
  const arn = 'arn:aws:iam::111122223333:user/accepting';
  const policy = JSON.parse(JSON.stringify(acceptancePolicy));
  const subnets = [
    { id: 'subnet-0a', vpcId: 'vpc-0a', cidr: '10.0.1.0/24', zone: 'us-east-1a' },
    { id: primary.subnetId, vpcId: 'vpc-0a', cidr: '10.0.2.0/24', zone: 'us-east-1a' },
  ];
  const cloud = await startCloud(
    topology({ subnets, instances: [instance], principals: [{ ...defaultPrincipal, arn, policy }] }),
    options,
  );
  t.teardown(() => cloud.close());
  return cloud;
}

/** Starts the script on the instance, for that account. */
export function start(cloud: Cloud, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env['PATH'], ...variables(cloud), ...more };
  return spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

function variables({ endpoints }: Cloud) {
  return {
    AWS_REGION: endpoints.region,
    AWS_ENDPOINT_URL_EC2: endpoints.ec2,
    AWS_ENDPOINT_URL_ROUTE_53: endpoints.route53,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoints.imds['i-0a'],
    AWS_ACCESS_KEY_ID: defaultPrincipal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: defaultPrincipal.secretAccessKey,
  };
}

/** Cleans up after a run as `--clean` does, in this process, whose endpoints it changes, and at a quicker pace: a tenth of the time. */
export async function cleanedUp(cloud: Cloud, runId: string, part: Part): Promise<Cleaned> {
  const env = variables(cloud);
  Object.assign(process.env, env);
  const aws = openOrchestratorAws(awsConfigFrom(env));
  try {
    return await clean(aws, { runId, parts: [part], made: [] }, AbortSignal.timeout(60_000), 100);
  } finally {
    aws.close();
  }
}

/** Calls the script and waits for its end. */
export async function call(
  t: Test,
  cloud: Cloud,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Called> {
  const file = join(t.testdir(), 'outcome.json');
  const json = args.includes('--clean') ? [] : ['--json', file];
  const child = start(cloud, [...args, ...json], more);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, out, err, outcome: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined };
}

/** Arguments of a short run. */
export function shortRun(parts: string): string[] {
  return ['--subnet', 'subnet-0a', '--interface', guest, '--parts', parts, '--times', '2', '--changes', '1', '--yes'];
}

/** Everything in the account that a run could leave behind. */
export function content({ ec2, route53 }: Cloud) {
  return {
    interfaces: ec2.interfaces().map(({ id, addresses }) => [id, ...addresses].join(' ')),
    volumes: [...ec2.volumes.keys()],
    reservations: [...ec2.reservations.keys()],
    zones: route53.zones().map(({ name }) => name),
  };
}
