import { Resolver } from 'node:dns/promises';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CorefileSettings, clusterDomain, corefile } from './coredns/corefile.ts';
import { onFreePorts } from './free-port.ts';
import { goTool, type ToolsModule } from './go-tool.ts';
import { type RigProcess, startProcess, waitUntilReady } from './processes.ts';

const coreDns: ToolsModule = {
  folder: join(import.meta.dirname, 'coredns'),
  name: 'coredns',
  of: 'github.com/coredns/coredns',
  variables: () => ({}),
};

/** Where CoreDNS finds Route 53, and as whom. */
export interface Route53Access {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface CoreDnsOptions extends Omit<CorefileSettings, 'port'> {
  /** A free one unless given. */
  readonly port?: number;
  readonly route53: Route53Access;
}

/** A DNS server that knows Route 53 and Kubernetes through their APIs alone. */
export interface CoreDns extends RigProcess {
  /** host:port, for UDP and TCP. */
  readonly address: string;
}

/**
 * Path of CoreDNS, built from its Go module once for this machine.
 *
 * @throws RigUnavailableError where there is no Go to build it with.
 */
export function coreDnsBinary(): Promise<string> {
  return goTool(coreDns, '');
}

/**
 * Starts CoreDNS in the network namespace of this process, and returns once it answers for each zone; what it knows is in memory, and
 * `stop` leaves nothing behind. It asks Route 53 for all records at its start and then after each refresh, two requests and one for each
 * further 300 records, which count against the rate of the account; it knows a record as soon as the API does, INSYNC or not.
 *
 * @throws RigUnavailableError where it cannot be had.
 * @throws Error with its last words when it ends: a hosted zone that does not exist, a port that is taken.
 */
export async function startCoreDns(options: CoreDnsOptions): Promise<CoreDns> {
  const binary = await coreDnsBinary();
  const { port } = options;
  if (port !== undefined) return startOn(binary, options, port);
  return onFreePorts(1, ([free = 0]) => startOn(binary, options, free));
}

async function startOn(binary: string, options: CoreDnsOptions, port: number): Promise<CoreDns> {
  const folder = await mkdtemp(join(tmpdir(), 'firecamp-coredns-'));
  const file = join(folder, 'Corefile');
  await writeFile(file, corefile({ ...options, port }));
  const started = await startProcess(binary, ['-conf', file], join(folder, 'log'), { env: environment(options) });
  const stop = async () => {
    await started.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const address = `${options.host}:${port}`;
    await waitUntilReady('CoreDNS', started, () => answers(address, options));
    return { ...started, address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What every AWS SDK reads, and nothing of whoever runs this: their account is not to be asked. */
function environment({ route53 }: CoreDnsOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL_ROUTE_53: route53.endpoint,
    AWS_REGION: route53.region,
    AWS_ACCESS_KEY_ID: route53.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: route53.credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

async function answers(address: string, { hostedZones, kubeconfig }: CoreDnsOptions): Promise<boolean> {
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([address]);
  for (const { name } of hostedZones) await resolver.resolveSoa(name);
  // Every API server has this Service; while CoreDNS still reads the objects the question fails.
  if (kubeconfig !== undefined) await resolver.resolve4(`kubernetes.default.svc.${clusterDomain}`);
  return true;
}
