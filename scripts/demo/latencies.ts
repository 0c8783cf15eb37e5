import type { LatencyProfile } from '../../test/cloud/latency.ts';

/** Milliseconds that calls take in the demonstration: about what they take inside a region. */
export const latencies = {
  imds: 1,
  ec2Read: 120,
  ec2Write: 250,
  route53Read: 100,
  route53Write: 150,
  store: 6,
  pods: 4,
} as const;

/** The same for the simulated cloud; a call takes effect in its middle. */
export const cloudLatency: LatencyProfile = {
  imds: halves(latencies.imds),
  ec2: halves(latencies.ec2Read),
  'ec2:AssignPrivateIpAddresses': halves(latencies.ec2Write),
  'ec2:UnassignPrivateIpAddresses': halves(latencies.ec2Write),
  route53: halves(latencies.route53Read),
  'route53:ChangeResourceRecordSets': halves(latencies.route53Write),
};

function halves(ms: number) {
  return { beforeEffectMs: ms / 2, afterEffectMs: ms / 2 };
}
