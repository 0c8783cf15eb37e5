import { test } from 'tap';
import { defaultPrincipal } from '../../cloud/topology.ts';
import { rejectionOf } from '../../rejection.ts';
import { orchestratorRig } from './orchestrator-rig.ts';

const gp3 = { service: 'ebs', code: 'L-7A658B76' };
const io2 = { service: 'ebs', code: 'L-09BD8365' };
const own = { ...gp3, name: 'Storage for General Purpose SSD (gp3) volumes, in TiB', value: 300 };

test('reads the account’s own value of a quota, AWS’s default where there is none, and nothing of a quota that does not exist', async (t) => {
  const { aws, live, cloud } = await orchestratorRig(t, { quotas: [own] });
  const limits = await aws.quotas.limits([gp3, io2, { service: 'ebs', code: 'L-00000000' }], live);
  t.strictSame(Object.fromEntries(limits), {
    [gp3.code]: { name: own.name, value: 300, unit: 'None' },
    [io2.code]: { name: 'Storage for Provisioned IOPS SSD (io2) volumes, in TiB', value: 20, unit: 'None' },
  });
  t.equal(
    cloud.calls.of('servicequotas', 'GetAWSDefaultServiceQuota').length,
    2,
    'a default is not asked for needlessly',
  );
  t.equal((await aws.quotas.limits([], live)).size, 0);
});

test('waits out throttling, and tells a denied permission with its action', async (t) => {
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'servicequotas:GetServiceQuota', Resource: '*' }],
  } as const;
  const arn = 'arn:aws:iam::111122223333:user/simulated';
  const { aws, live, cloud } = await orchestratorRig(t, {
    quotas: [own],
    principals: [{ ...defaultPrincipal, arn, policy }],
  });
  cloud.faults.add({ service: 'servicequotas', times: 1 }, { kind: 'throttle' });
  t.equal((await aws.quotas.limits([gp3], live)).get(gp3.code)?.value, 300);
  t.equal(cloud.calls.of('servicequotas', 'GetServiceQuota').length, 2);
  t.match(await rejectionOf(aws.quotas.limits([io2], live)), {
    code: 'FC-AWS-001',
    fields: { action: 'servicequotas:GetAWSDefaultServiceQuota', identity: arn },
  });
});

test('refuses a reply without the quota’s value, which is not a quota of nothing', async (t) => {
  const { aws, live, cloud } = await orchestratorRig(t, { quotas: [own] });
  cloud.faults.add({ service: 'servicequotas' }, { kind: 'error', status: 200, code: 'None', message: '' });
  t.match(await rejectionOf(aws.quotas.limits([gp3], live)), { code: 'FC-AWS-006' });
});
