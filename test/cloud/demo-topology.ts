import { type InstanceSpec, type Topology, topology } from './topology.ts';

const cluster = { 'firecamp-cluster': 'demo' };

function node(n: number, subnet: 'a' | 'b', address: string): InstanceSpec {
  return {
    id: `i-0000000000000000${n}`,
    type: 'm5.large',
    tags: { Name: `node-${n}`, ...cluster },
    roleName: 'demo-node',
    interfaces: [
      {
        id: `eni-0000000000000000${n}`,
        mac: `02:00:00:00:00:0${n}`,
        subnetId: `subnet-0000000000000000${subnet}`,
        primaryIp: address,
        deviceIndex: 0,
        tags: cluster,
      },
    ],
  };
}

/** Three nodes in two zones, with a reservation of addresses for the cluster in each and a private zone. */
export function demoTopology(parts: Partial<Topology> = {}): Topology {
  return topology({
    region: 'us-east-1',
    vpcs: [{ id: 'vpc-00000000000000001', cidr: '10.0.0.0/16', enableDnsHostnames: true, enableDnsSupport: true }],
    subnets: [
      { id: 'subnet-0000000000000000a', vpcId: 'vpc-00000000000000001', cidr: '10.0.1.0/24', zone: 'us-east-1a' },
      { id: 'subnet-0000000000000000b', vpcId: 'vpc-00000000000000001', cidr: '10.0.2.0/24', zone: 'us-east-1b' },
    ],
    reservations: [
      { id: 'scr-0000000000000000a', subnetId: 'subnet-0000000000000000a', cidr: '10.0.1.192/26', tags: cluster },
      { id: 'scr-0000000000000000b', subnetId: 'subnet-0000000000000000b', cidr: '10.0.2.192/26', tags: cluster },
    ],
    instances: [node(1, 'a', '10.0.1.11'), node(2, 'a', '10.0.1.12'), node(3, 'b', '10.0.2.13')],
    hostedZones: [
      { id: 'Z00000000000000DEMO1', name: 'demo-firecamp.com', privateZone: true, vpcIds: ['vpc-00000000000000001'] },
    ],
    roles: [{ name: 'demo-node', arn: 'arn:aws:iam::111122223333:role/demo-node' }],
    ...parts,
  });
}
