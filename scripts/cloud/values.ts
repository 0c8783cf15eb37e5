import { isIP } from 'node:net';
import { evenLatency, type Latency, type LatencyProfile, type Milliseconds } from '../../test/cloud/latency.ts';
import { UsageError } from './usage-error.ts';

/** Services that can be given a port. */
const PORT_NAMES = ['ec2', 'route53', 'sts', 'servicequotas', 'dns'] as const;
export type PortName = (typeof PORT_NAMES)[number];

/** The address to listen on; throws UsageError, as all readers here, when it is none. */
export function address(value = '127.0.0.1'): string {
  if (isIP(value) === 0) throw new UsageError([`--host ${value} must be an IP address`]);
  return value;
}

/** `ec2=4000` as name and port. */
export function port(item: string): [string, number] {
  const [name = '', number = ''] = item.split('=');
  if (!PORT_NAMES.some((known) => known === name) || !/^[1-9]\d{0,4}$/.test(number) || Number(number) > 65_535) {
    throw new UsageError([`--port ${item} must be ${PORT_NAMES.join(', ')} and a port, as in ec2=4000`]);
  }
  return [name, Number(number)];
}

/** A whole number of ms, or `otherwise` where the option is not given. */
export function milliseconds(name: string, value: string | undefined, otherwise = 0): number {
  if (value === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(value)) throw new UsageError([`--${name} ${value} must be a whole number of milliseconds`]);
  return Number(value);
}

/** One `--latency`: a round trip for all, or before and after for a service or an operation. */
export function latency(item: string): LatencyProfile {
  if (/^\d+$/.test(item)) return evenLatency(Number(item));
  const [, what, before = '', after = ''] =
    /^((?:ec2|route53|sts|servicequotas|imds)(?::[^=]+)?)=([\d-]+),([\d-]+)$/.exec(item) ?? [];
  const beforeEffectMs = span(before);
  const afterEffectMs = span(after);
  if (what === undefined || beforeEffectMs === undefined || afterEffectMs === undefined) {
    throw new UsageError([`--latency ${item} must be MS, or SERVICE=BEFORE,AFTER, or SERVICE:OPERATION=BEFORE,AFTER`]);
  }
  const each: Latency = { beforeEffectMs, afterEffectMs };
  return { [what]: each };
}

function span(value: string): Milliseconds | undefined {
  const [, min, max] = /^(\d+)(?:-(\d+))?$/.exec(value) ?? [];
  if (min === undefined) return undefined;
  return max === undefined ? Number(min) : [Number(min), Number(max)];
}
