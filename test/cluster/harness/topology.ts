import { rolePolicy } from '../../../orchestrator/install/iam/role-policy.ts';
import { demoTopology } from '../../cloud/demo-topology.ts';
import type { PolicyDocument } from '../../cloud/policy-document.ts';
import type { InstanceSpec, RoleSpec, RoleTrust, Topology } from '../../cloud/topology.ts';
import { cluster } from '../../e2e/harness/world.ts';

/** A node's subnet, and its interfaces beyond the first. */
export interface NodeChoice {
  readonly subnet: 'a' | 'b';
  /** A second interface in the same subnet, with these tags. */
  readonly second?: Readonly<Record<string, string>>;
}

/** The role of the nodes' instances. */
export const nodeRole = 'e2e-node';
const vpc = 'vpc-00000000000000001';
const domain = `${cluster}-firecamp.com`;
const hostedZone = 'Z0000000000000E2E001';

/** An account with these nodes, at most nine, called node-1 and on, whose instance role has the members' policies that are shipped. */
export function clusterTopology(nodes: readonly NodeChoice[], parts: Partial<Topology> = {}): Topology {
  return demoTopology({
    instances: nodes.map((node, index) => nodeInstance(index + 1, node)),
    reservations: [],
    hostedZones: [{ id: hostedZone, name: domain, privateZone: true, vpcIds: [vpc] }],
    roles: [role(nodeRole, memberPolicy())],
    ...parts,
  });
}

/** What members may do, as it is shipped: with records in DynamoDB, and with ConfigMaps. */
export function memberPolicy(): PolicyDocument {
  const target = { partition: 'aws', region: 'us-east-1', account: '111122223333', cluster } as const;
  const of = (dbType: 'clouddb' | 'k8sdb') => rolePolicy('member', { ...target, dbType, domain, hostedZone, vpc });
  return { Version: '2012-10-17', Statement: [...of('clouddb').Statement, ...of('k8sdb').Statement] };
}

/** A role of the account. */
export function role(name: string, policy: PolicyDocument, trust: RoleTrust = {}): RoleSpec {
  return { name, arn: `arn:aws:iam::111122223333:role/${name}`, policy, trust };
}

function nodeInstance(n: number, { subnet, second }: NodeChoice): InstanceSpec {
  const network = `10.0.${subnet === 'a' ? 1 : 2}`;
  const tags = { 'firecamp-worker': cluster };
  const one = (deviceIndex: number, own: Readonly<Record<string, string>>) => ({
    id: `eni-000000000000000${deviceIndex}${n}`,
    mac: `02:00:00:00:0${deviceIndex}:0${n}`,
    subnetId: `subnet-0000000000000000${subnet}`,
    primaryIp: `${network}.${10 * (deviceIndex + 1) + n}`,
    deviceIndex,
    tags: own,
  });
  return {
    id: `i-0000000000000000${n}`,
    type: 'm5.4xlarge',
    tags: { Name: `node-${n}`, ...tags },
    roleName: nodeRole,
    interfaces: [one(0, tags), ...(second === undefined ? [] : [one(1, { ...tags, ...second })])],
  };
}
