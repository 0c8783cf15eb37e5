import type { ServiceName } from './service.ts';

/** Milliseconds, or a range that is drawn from evenly. */
export type Milliseconds = number | readonly [min: number, max: number];

/** How long a call takes before and after the moment at which it takes effect. */
export interface Latency {
  readonly beforeEffectMs?: Milliseconds;
  readonly afterEffectMs?: Milliseconds;
}

/** By service ('ec2') or by operation ('ec2:AssignPrivateIpAddresses', which wins). What is not named answers at once. */
export type LatencyProfile = Readonly<Partial<Record<ServiceName | `${ServiceName}:${string}`, Latency>>>;

/** The same round trip for all, its effect in the middle: what one wants for counting sequential calls. */
export function evenLatency(roundTripMs: number): LatencyProfile {
  const each = { beforeEffectMs: roundTripMs / 2, afterEffectMs: roundTripMs / 2 };
  return { ec2: each, route53: each, sts: each, imds: each };
}

/** The times for one call. */
export function drawLatency(
  profile: LatencyProfile,
  service: ServiceName,
  operation: string,
  random: () => number = Math.random,
): { beforeEffectMs: number; afterEffectMs: number } {
  const latency = profile[`${service}:${operation}`] ?? profile[service] ?? {};
  const draw = (ms: Milliseconds = 0) => (typeof ms === 'number' ? ms : ms[0] + random() * (ms[1] - ms[0]));
  return { beforeEffectMs: draw(latency.beforeEffectMs), afterEffectMs: draw(latency.afterEffectMs) };
}
