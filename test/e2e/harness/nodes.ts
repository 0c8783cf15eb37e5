import { demoTopology } from '../../cloud/demo-topology.ts';
import type { InstanceSpec, Topology } from '../../cloud/topology.ts';

const cluster = { 'firecamp-worker': 'e2e' };

interface Part {
  readonly subnet: 'a' | 'b';
  readonly address: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly secondary?: readonly string[];
}

/** An instance whose n-th interface is described by the n-th part. */
export function instance(n: number, type: string, ...parts: readonly Part[]): InstanceSpec {
  return {
    id: `i-0000000000000000${n}`,
    type,
    tags: { Name: `node-${n}`, ...cluster },
    interfaces: parts.map((part, deviceIndex) => ({
      id: `eni-000000000000000${deviceIndex}${n}`,
      mac: `02:00:00:00:0${deviceIndex}:0${n}`,
      subnetId: `subnet-0000000000000000${part.subnet}`,
      primaryIp: part.address,
      secondaryIps: part.secondary ?? [],
      deviceIndex,
      tags: part.tags ?? {},
    })),
  };
}

export const noManage = { 'node.k8s.amazonaws.com/no_manage': 'true' };

/**
 * The nodes of the end-to-end tests, by kind:
 * 1 and 2 plain in zone a, with room for 29 members each; 3 plain in zone b; 4 with two interfaces in one subnet; 5 with the VPC CNI and a second, tagged interface
 * that is down; 6 with the VPC CNI and nothing else; 7 a t3.micro whose one free slot is taken.
 */
export function e2eTopology(parts: Partial<Topology> = {}): Topology {
  return demoTopology({
    instances: [
      instance(1, 'm5.4xlarge', { subnet: 'a', address: '10.0.1.11' }),
      instance(2, 'm5.4xlarge', { subnet: 'a', address: '10.0.1.12' }),
      instance(3, 'm5.large', { subnet: 'b', address: '10.0.2.13' }),
      instance(
        4,
        'm5.large',
        { subnet: 'a', address: '10.0.1.14' },
        { subnet: 'a', address: '10.0.1.24', tags: cluster },
      ),
      instance(
        5,
        'm5.large',
        { subnet: 'a', address: '10.0.1.15' },
        { subnet: 'a', address: '10.0.1.25', tags: noManage },
      ),
      instance(6, 'm5.large', { subnet: 'a', address: '10.0.1.16' }),
      instance(7, 't3.micro', { subnet: 'a', address: '10.0.1.17', secondary: ['10.0.1.27'] }),
    ],
    ...parts,
  });
}
