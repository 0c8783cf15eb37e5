import { parseArgs } from 'node:util';
import { demoTopology } from '../../test/cloud/demo-topology.ts';
import type { LatencyProfile } from '../../test/cloud/latency.ts';
import { FORMER_LIMITS, PUBLISHED_LIMITS, type RateLimits } from '../../test/cloud/route53/rate-limit.ts';
import { type Topology, TopologyError } from '../../test/cloud/topology.ts';
import { readTopologyFile } from './topology-file.ts';
import { UsageError } from './usage-error.ts';
import { address, latency, milliseconds, type PortName, port } from './values.ts';

export interface CloudArguments {
  readonly topology: Topology;
  readonly host: string;
  readonly ports: Readonly<Partial<Record<PortName, number>>>;
  readonly latency: LatencyProfile;
  /** undefined = nothing is refused as throttled */
  readonly limits: RateLimits | undefined;
  readonly visibilityDelayMs: number;
  readonly imdsLagMs: number;
  readonly insyncMs: number;
  readonly zoneBusyMs: number;
  readonly dnsCache: boolean;
}

/**
 * Reads the command line.
 *
 * @returns 'help' when it asks for that, whatever else it says.
 * @throws UsageError naming every fault at once, those of the topology file included.
 */
export function readArguments(args: readonly string[]): CloudArguments | 'help' {
  const { values, tokens } = parse(args);
  if (values.help === true) return 'help';
  const faults = tokens.flatMap(tokenFaults);
  const read = new Faulty(faults);
  const result: CloudArguments = {
    topology: read.try(() => chooseTopology(text(values.topology)), demoTopology()),
    host: read.try(() => address(text(values.host)), '127.0.0.1'),
    ports: Object.fromEntries(
      texts(values.port).flatMap((item) => read.try<[string, number][]>(() => [port(item)], [])),
    ),
    latency: Object.assign({}, ...texts(values.latency).map((item) => read.try(() => latency(item), {}))),
    limits: chooseLimits(values.limits === true, values['former-limits'] === true),
    visibilityDelayMs: read.try(() => milliseconds('visibility-delay', text(values['visibility-delay'])), 0),
    imdsLagMs: read.try(() => milliseconds('imds-lag', text(values['imds-lag'])), 0),
    insyncMs: read.try(() => milliseconds('insync', text(values.insync), 500), 0),
    zoneBusyMs: read.try(() => milliseconds('zone-busy', text(values['zone-busy'])), 0),
    dnsCache: values['dns-cache'] === true,
  };
  if (faults.length > 0) throw new UsageError(faults);
  return result;
}

const VALUED = ['topology', 'host', 'visibility-delay', 'imds-lag', 'insync', 'zone-busy'] as const;
const REPEATED = ['port', 'latency'] as const;
const SWITCHES = ['limits', 'former-limits', 'dns-cache', 'help'] as const;

/** Not strict: util.parseArgs would stop at the first fault. */
function parse(args: readonly string[]) {
  const spec = {
    topology: { type: 'string' },
    host: { type: 'string' },
    port: { type: 'string', multiple: true },
    latency: { type: 'string', multiple: true },
    limits: { type: 'boolean' },
    'former-limits': { type: 'boolean' },
    'visibility-delay': { type: 'string' },
    'imds-lag': { type: 'string' },
    insync: { type: 'string' },
    'zone-busy': { type: 'string' },
    'dns-cache': { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  return parseArgs({ args: [...args], options: spec, strict: false, tokens: true });
}

type Token = ReturnType<typeof parse>['tokens'][number];

function tokenFaults(token: Token): string[] {
  if (token.kind === 'positional') return [`${token.value} is no option`];
  if (token.kind !== 'option') return [];
  const { name, value } = token;
  if (includes(SWITCHES, name)) return value === undefined ? [] : [`--${name} takes no value`];
  if (!includes(VALUED, name) && !includes(REPEATED, name)) return [`there is no option ${token.rawName}`];
  return value === undefined ? [`--${name} needs a value`] : [];
}

function includes(list: readonly string[], item: string): boolean {
  return list.includes(item);
}

/** Collects what readers throw, so that all faults are told together. */
class Faulty {
  readonly #faults: string[];

  constructor(faults: string[]) {
    this.#faults = faults;
  }

  try<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof TopologyError)) throw error;
      this.#faults.push(...error.faults);
      return otherwise;
    }
  }
}

/** A missing value is told as such by the token's own fault. */
function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(values: string | boolean | readonly (string | boolean)[] | undefined): string[] {
  return [values].flat().filter((value) => typeof value === 'string');
}

function chooseTopology(file: string | undefined): Topology {
  return file === undefined ? demoTopology() : readTopologyFile(file);
}

function chooseLimits(published: boolean, former: boolean): RateLimits | undefined {
  if (former) return FORMER_LIMITS;
  return published ? PUBLISHED_LIMITS : undefined;
}
