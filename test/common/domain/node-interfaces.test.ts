import { test } from 'tap';
import { judgeHolder } from '../../../common/domain/address-holder.ts';
import {
  addressFloor,
  chooseInterface,
  clusterTag,
  type NodeInterface,
  noManageTag,
  usedSlots,
} from '../../../common/domain/node-interfaces.ts';
import { samples } from '../../contract/sample-records.ts';

const wish = { ip: '10.0.1.21', cluster: 'prod', instanceId: 'i-a', vpcCniPossible: false };

function nic(deviceNumber: number, parts: Partial<NodeInterface> = {}): NodeInterface {
  return {
    id: `eni-${deviceNumber}`,
    mac: '',
    linkName: `eth${deviceNumber}`,
    deviceNumber,
    subnetId: 'subnet-1',
    subnetCidr: '10.0.1.0/24',
    vpcId: 'vpc-1',
    addresses: [],
    prefixCount: 0,
    tags: {},
    ...parts,
  };
}

test('takes the interface in the address’s subnet, the primary one included, where no VPC CNI is', async (t) => {
  t.equal(chooseInterface([nic(0, { subnetCidr: '10.0.2.0/24' }), nic(1)], wish).id, 'eni-1');
  t.equal(chooseInterface([nic(1), nic(0)], wish).id, 'eni-0', 'whatever order they are listed in');
});

test('prefers one that is tagged for the cluster, and among those the lowest device number', async (t) => {
  const tags = { [clusterTag]: 'prod' };
  t.equal(chooseInterface([nic(0), nic(2, { tags }), nic(1, { tags })], wish).id, 'eni-1');
});

test('never takes an interface that the VPC CNI manages: the primary, or one whose tag says anything but true', async (t) => {
  const cni = { ...wish, vpcCniPossible: true };
  const tags = { [noManageTag]: 'true' };
  t.equal(chooseInterface([nic(0, { tags }), nic(1), nic(2, { tags })], cni).id, 'eni-2');
  t.throws(() => chooseInterface([nic(0, { tags }), nic(1, { tags: { [noManageTag]: 'false' } })], cni), {
    code: 'FC-ENI-005',
    message: /eni-0, eni-1/,
  });
});

test('says what the node has when it has nothing in the subnet, an IPv6-only subnet included', async (t) => {
  t.throws(() => chooseInterface([nic(0, { subnetCidr: '' }), nic(1, { subnetCidr: '10.0.2.0/24' })], wish), {
    code: 'FC-ENI-003',
    message: /eni-0 in a subnet without IPv4, eni-1 in 10\.0\.2\.0\/24/,
  });
  t.throws(() => chooseInterface([], wish), { code: 'FC-ENI-006' });
});

test('counts a delegated prefix as one slot, and knows the smallest types without asking', async (t) => {
  t.equal(usedSlots(nic(0, { addresses: ['10.0.1.5', '10.0.1.6'], prefixCount: 2 })), 4);
  t.equal(addressFloor('t3.micro'), 2);
  t.equal(addressFloor('t3.nano'), 2);
  t.equal(addressFloor('m5.large'), 4);
});

test('moves an address only from nobody, from an interface the record names or named, or from one of this cluster', async (t) => {
  const record = { ...samples.staticIp, interfaceId: 'eni-now', pastInterfaceIds: ['eni-past'] };
  const holder = (id: string, tags: Record<string, string> = {}, primaryIp = '10.0.1.5') =>
    judgeHolder({ id, primaryIp, instanceId: 'i-x', tags }, record, 'prod', 'eni-wanted');
  t.equal(judgeHolder(undefined, record, 'prod', 'eni-wanted'), 'nobody');
  t.equal(holder('eni-wanted'), 'wanted');
  for (const known of ['eni-now', 'eni-past']) t.equal(holder(known), 'cluster');
  t.equal(holder('eni-other', { [clusterTag]: 'prod' }), 'cluster');
  t.throws(() => holder('eni-other', { [clusterTag]: 'staging' }), {
    code: 'FC-ENI-001',
    fields: { holder: 'eni-other' },
  });
  t.throws(() => holder('eni-other'), { message: /eni-other of instance i-x/ });
  for (const id of ['eni-now', 'eni-wanted']) t.throws(() => holder(id, {}, record.ip), { code: 'FC-ENI-002' });
});
