import { test } from 'tap';
import { openRoute53 } from '../cloud/route53/open-route53.ts';
import { route53Contract } from './route53-contract.ts';

test('the simulated Route 53 keeps the contract', async (t) => {
  await using route53 = await openRoute53();
  await route53Contract(t, {
    client: route53.client,
    vpc: { VPCId: 'vpc-00000000000000001', VPCRegion: 'us-east-1' },
  });
});
