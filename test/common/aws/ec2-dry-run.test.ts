import { test } from 'tap';
import type { DryRunRequest } from '../../../common/ports/cloud-access.ts';
import { defaultPrincipal } from '../../cloud/topology.ts';
import { rejectionOf } from '../../rejection.ts';
import { orchestratorRig } from './orchestrator-rig.ts';

const tags = { 'firecamp-cluster': 'demo' };
const requests: readonly DryRunRequest[] = [
  { action: 'ec2:CreateVolume', zone: 'us-east-1a', tags },
  { action: 'ec2:DeleteVolume', volumeId: 'vol-0123456789abcdef0' },
  { action: 'ec2:CreateSubnetCidrReservation', subnetId: 'subnet-0000000000000000a', cidr: '10.0.1.64/28', tags },
  { action: 'ec2:DeleteSubnetCidrReservation', reservationId: 'scr-0000000000000000a' },
];

function only(...actions: string[]) {
  const arn = 'arn:aws:iam::111122223333:user/simulated';
  const statement = { Effect: 'Allow', Action: actions, Resource: '*' } as const;
  return { principals: [{ ...defaultPrincipal, arn, policy: { Version: '2012-10-17', Statement: [statement] } }] };
}

test('is told what it may do, and nothing is done', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  for (const request of requests) t.equal(await aws.access.mayI(request, live), 'allowed', request.action);
  t.equal(cloud.ec2.volumes.size, 0);
  t.equal(cloud.ec2.reservations.size, 2);
});

for (const { action } of requests) {
  test(`is told that it may not do ${action} when every other action is allowed`, async (t) => {
    const others = requests.map((one) => one.action).filter((one) => one !== action);
    const { aws, live } = await orchestratorRig(t, only('ec2:CreateTags', ...others));
    for (const request of requests) {
      t.equal(await aws.access.mayI(request, live), request.action === action ? 'denied' : 'allowed', request.action);
    }
  });
}

test('does not take another answer for a yes or a no', async (t) => {
  const { cloud, aws, live } = await orchestratorRig(t);
  const [request] = requests;
  if (request === undefined) throw new Error('there are requests');
  cloud.faults.add({ operation: 'CreateVolume', times: 1 }, { kind: 'throttle' });
  t.match(await rejectionOf(aws.access.mayI(request, live)), { code: 'FC-AWS-002' });
  const invalid = { kind: 'error', status: 400, code: 'InvalidZone.NotFound', message: 'no such zone' } as const;
  cloud.faults.add({ operation: 'CreateVolume', times: 1 }, invalid);
  t.match(await rejectionOf(aws.access.mayI(request, live)), { code: 'FC-AWS-004', message: /no such zone/ });
});
