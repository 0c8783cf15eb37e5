import { test } from 'tap';
import { chooseSubnet } from '../../../orchestrator/nodes/choose-subnet.ts';
import { aSubnet } from '../network/a-network.ts';

const [range, otherRange] = ['10.0.8.0/25', '10.0.24.0/25'];
const one = aSubnet('subnet-1', 'us-east-1a', '10.0.0.0/20', [range]);
const two = aSubnet('subnet-2', 'us-east-1a', '10.0.16.0/20', [otherRange]);
const bare = aSubnet('subnet-3', 'us-east-1a', '10.0.32.0/20', []);
const far = aSubnet('subnet-4', 'us-east-1b', '10.0.48.0/20', ['10.0.56.0/25']);
const wish = { node: 'node-1', zone: 'us-east-1a', primarySubnetId: 'subnet-3', subnetId: undefined };

test('takes the one subnet of the zone that has a range, and of several the primary interface’s', async (t) => {
  t.equal(chooseSubnet([bare, far, one], wish), one);
  t.equal(chooseSubnet([one, two, bare], { ...wish, primarySubnetId: 'subnet-2' }), two);
  t.equal(chooseSubnet([one, two, bare], { ...wish, subnetId: 'subnet-3' }), bare, 'by hand one without a range, too');
});

test('says what there is when it cannot be told', async (t) => {
  const refused = (message: string) => ({ code: 'FC-NOD-005', message });
  t.throws(
    () => chooseSubnet([one, two, bare], wish),
    refused('2 subnets of us-east-1a, the zone of node-1, have ranges of this cluster (subnet-1, subnet-2).'),
  );
  t.throws(
    () => chooseSubnet([bare, far], wish),
    refused('No subnet of us-east-1a, the zone of node-1, has a range of this cluster (subnet-3).'),
  );
  t.throws(
    () => chooseSubnet([one, far], { ...wish, subnetId: 'subnet-4' }),
    refused('node-1 is in us-east-1a, and subnet-4 is in us-east-1b (subnet-1).'),
  );
});
