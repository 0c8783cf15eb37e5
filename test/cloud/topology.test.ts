import t from 'tap';
import { demoTopology } from './demo-topology.ts';
import { type InterfaceSpec, TopologyError, topology } from './topology.ts';

const nic = (parts: Partial<InterfaceSpec> = {}): InterfaceSpec => ({
  id: 'eni-1',
  mac: '02:00:00:00:00:01',
  subnetId: 'subnet-0a',
  primaryIp: '10.0.1.11',
  deviceIndex: 0,
  ...parts,
});

function faultsOf(parts: Parameters<typeof topology>[0]): readonly string[] {
  try {
    topology(parts);
    return [];
  } catch (error) {
    if (!(error instanceof TopologyError)) throw error;
    return error.faults;
  }
}

t.test('needs nothing said for an account with a network and a principal', async (test) => {
  const { region, vpcs, subnets, principals } = topology();
  test.match({ region, vpcs: vpcs.length, subnets: subnets.length }, { region: 'us-east-1', vpcs: 1, subnets: 1 });
  test.equal(principals?.[0]?.policy, undefined);
});

t.test('is the same after a round trip through JSON', async (test) => {
  test.strictSame(topology(JSON.parse(JSON.stringify(demoTopology()))), demoTopology());
});

t.test('tells every fault at once', async (test) => {
  const faults = faultsOf({
    subnets: [
      { id: 'subnet-0a', vpcId: 'vpc-0a', cidr: '10.0.1.0/24', zone: 'us-east-1a' },
      { id: 'subnet-0b', vpcId: 'vpc-0a', cidr: '10.0.1.128/25', zone: 'eu-west-1a' },
      { id: 'subnet-0c', vpcId: 'vpc-0x', cidr: '10.0.3.1/24', zone: 'us-east-1a' },
    ],
    reservations: [
      { id: 'scr-1', subnetId: 'subnet-0a', cidr: '10.0.2.0/28' },
      { id: 'scr-2', subnetId: 'subnet-0a', cidr: '10.0.1.16/28' },
      { id: 'scr-3', subnetId: 'subnet-0a', cidr: '10.0.1.16/29' },
    ],
    instances: [{ id: 'i-1', type: 'm5.gigantic', roleName: 'none', interfaces: [nic({ deviceIndex: 1 })] }],
  });
  test.strictSame(faults, [
    'subnet subnet-0b: zone eu-west-1a is not in us-east-1',
    'subnet subnet-0b overlaps subnet-0a',
    'subnet subnet-0c: 10.0.3.1/24 is no CIDR block',
    'subnet subnet-0c: no VPC vpc-0x',
    'reservation scr-1: 10.0.2.0/28 is not inside 10.0.1.0/24',
    'reservation scr-3 overlaps scr-2',
    'instance i-1: unknown type m5.gigantic',
    'instance i-1: no role none',
    'instance i-1: no interface with device index 0',
  ]);
});

t.test(
  'has no address outside its subnet, kept by AWS, on two interfaces or over the limit of the type',
  async (test) => {
    const node = (id: string, ...interfaces: InterfaceSpec[]) => ({ id, type: 't3.micro', interfaces });
    const faults = faultsOf({
      instances: [
        node('i-1', nic({ secondaryIps: ['10.0.1.3', '10.0.9.9'] })),
        node('i-2', nic({ id: 'eni-2', mac: '02:00:00:00:00:02', secondaryIps: ['10.0.1.999'] })),
        node('i-2', nic({ id: 'eni-3', mac: 'aa:bb', primaryIp: '10.0.1.13' })),
      ],
    });
    test.strictSame(faults, [
      'instance i-2 is there more than once',
      'interface eni-1: 3 addresses, a t3.micro has room for 2',
      'interface eni-1: 10.0.1.3 is one AWS keeps for itself',
      'interface eni-1: 10.0.9.9 is not in 10.0.1.0/24',
      'interface eni-2: 10.0.1.999 is no IPv4 address',
      'interface eni-3: aa:bb is no MAC',
      '10.0.1.11 is on eni-1 and on eni-2',
    ]);
  },
);
