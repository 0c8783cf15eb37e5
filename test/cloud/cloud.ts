import { CallLog } from './call-log.ts';
import { type Clock, realClock } from './clock.ts';
import { type Dns, startDns } from './dns/dns-server.ts';
import type { Ec2Lag } from './ec2/ec2-resources.ts';
import { createEc2 } from './ec2/ec2-service.ts';
import { Ec2State } from './ec2/ec2-state.ts';
import { TokenBuckets } from './ec2/token-buckets.ts';
import { FaultRules } from './faults.ts';
import { type Front, startFront } from './http-front.ts';
import { createImds, type ImdsService } from './imds/imds-service.ts';
import type { LatencyProfile } from './latency.ts';
import { createRoute53, type Route53Options } from './route53/route53-service.ts';
import type { Route53State } from './route53/state.ts';
import type { CloudService } from './service.ts';
import { type QuotaState, quotaState } from './servicequotas/quota-state.ts';
import { createServiceQuotas } from './servicequotas/servicequotas-service.ts';
import { createSts, roleCredentials } from './sts/sts-service.ts';
import type { Topology } from './topology.ts';

export interface CloudOptions extends Ec2Lag {
  /** address that every service listens on; default 127.0.0.1 */
  readonly host?: string;
  /** default: a free port each */
  readonly ports?: {
    readonly ec2?: number;
    readonly route53?: number;
    readonly sts?: number;
    readonly servicequotas?: number;
    readonly dns?: number;
  };
  readonly latency?: LatencyProfile;
  readonly clock?: Clock;
  readonly route53?: Route53Options;
  /** refuse EC2 calls beyond the account's request rates; default false */
  readonly ec2Limits?: boolean;
  /** the resolver keeps answers for their TTL; default false */
  readonly dnsCache?: boolean;
}

/** A running simulated account. */
export interface Cloud {
  readonly topology: Topology;
  readonly clock: Clock;
  readonly endpoints: {
    readonly region: string;
    readonly ec2: string;
    readonly route53: string;
    readonly sts: string;
    readonly servicequotas: string;
    /** by instance id */
    readonly imds: Readonly<Record<string, string>>;
    /** host:port of the VPC's resolver, UDP and TCP */
    readonly dns: string;
  };
  readonly ec2: Ec2State;
  /** the account's EC2 request rates; without `ec2Limits` nothing is refused */
  readonly ec2Buckets: TokenBuckets;
  readonly route53: Route53State;
  readonly quotas: QuotaState;
  /** the metadata services by instance id */
  readonly imds: ReadonlyMap<string, ImdsService>;
  readonly dns: Dns;
  readonly calls: CallLog;
  readonly faults: FaultRules;
  /** Drops what faults hold, cuts every connection and stops listening. */
  close(): Promise<void>;
}

/** How long the credentials of an instance's role last (EC2 user guide, "IAM roles for Amazon EC2": about six hours). */
const instanceCredentialsMs = 6 * 3_600_000;

/** Starts the services of an account over HTTP. Close it, or its listeners keep the process alive. */
export async function startCloud(topology: Topology, options: CloudOptions = {}): Promise<Cloud> {
  const clock = options.clock ?? realClock;
  const calls = new CallLog();
  const faults = new FaultRules();
  const ec2 = new Ec2State(topology, clock, options);
  const ec2Buckets = new TokenBuckets(clock);
  const route53 = createRoute53(topology, clock, options.route53);
  const quotas = quotaState(topology);
  const imds = new Map(topology.instances.map(({ id }) => [id, imdsOf(id, ec2, topology, clock)]));

  const fronts: Front[] = [];
  const common = { topology, clock, faults, calls, latency: options.latency ?? {}, host: options.host ?? '127.0.0.1' };
  const open = async (service: CloudService, where: { port?: number | undefined; instanceId?: string } = {}) => {
    const { port, instanceId } = where;
    const optional = { ...(port !== undefined && { port }), ...(instanceId !== undefined && { instanceId }) };
    const front = await startFront({ ...common, ...optional, service });
    fronts.push(front);
    return front.url;
  };
  const imdsUrls: Record<string, string> = {};
  for (const [instanceId, service] of imds) imdsUrls[instanceId] = await open(service, { instanceId });

  const dns = await startDns(route53.state, common.host, {
    clock,
    cache: options.dnsCache === true,
    ...(options.ports?.dns !== undefined && { port: options.ports.dns }),
  });

  const endpoints = {
    region: topology.region,
    ec2: await open(createEc2(ec2, options.ec2Limits ? ec2Buckets : undefined), { port: options.ports?.ec2 }),
    route53: await open(route53, { port: options.ports?.route53 }),
    sts: await open(createSts(topology, clock), { port: options.ports?.sts }),
    servicequotas: await open(createServiceQuotas(topology, quotas), { port: options.ports?.servicequotas }),
    imds: imdsUrls,
    dns: dns.address,
  };
  const close = async () => {
    faults.clear();
    await Promise.all([dns, ...fronts].map((part) => part.close()));
  };
  return {
    topology,
    clock,
    endpoints,
    ec2,
    ec2Buckets,
    route53: route53.state,
    quotas,
    imds,
    dns,
    calls,
    faults,
    close,
  };
}

function imdsOf(instanceId: string, ec2: Ec2State, topology: Topology, clock: Clock): ImdsService {
  return createImds(instanceId, ec2, topology, clock, {
    issueRoleCredentials: (role) => roleCredentials(topology, role, instanceId, clock.now() + instanceCredentialsMs),
  });
}
