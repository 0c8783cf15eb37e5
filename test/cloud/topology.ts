import { topologyFaults } from './topology-faults.ts';
import type { Topology } from './topology-model.ts';

export type { InstanceSpec, InterfaceSpec, RoleSpec, RoleTrust, Topology } from './topology-model.ts';

/** A topology that cannot exist in EC2, with every fault found. */
export class TopologyError extends Error {
  override readonly name = 'TopologyError';
  readonly code = 'TOPOLOGY_INVALID';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`the topology of the simulated cloud is not possible:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** Credentials of the principal that a topology without any has: it may do everything. */
export const defaultPrincipal = {
  accessKeyId: 'AKIASIMULATEDCLOUD00',
  secretAccessKey: 'simulated-cloud-secret-of-no-worth-00000',
} as const;

/**
 * A checked topology from the parts a test cares about; the rest is an account in us-east-1 with one VPC 10.0.0.0/16, one
 * subnet 10.0.1.0/24 and one principal that may do everything.
 *
 * @throws TopologyError naming every fault at once.
 */
export function topology(parts: Partial<Topology> = {}): Topology {
  const accountId = parts.accountId ?? '111122223333';
  const region = parts.region ?? 'us-east-1';
  const whole: Topology = {
    vpcs: [{ id: 'vpc-0a', cidr: '10.0.0.0/16' }],
    subnets: parts.vpcs ? [] : [{ id: 'subnet-0a', vpcId: 'vpc-0a', cidr: '10.0.1.0/24', zone: `${region}a` }],
    instances: [],
    principals: [{ ...defaultPrincipal, arn: `arn:aws:iam::${accountId}:user/simulated` }],
    ...parts,
    accountId,
    region,
  };
  const faults = topologyFaults(whole);
  if (faults.length > 0) throw new TopologyError(faults);
  return whole;
}
