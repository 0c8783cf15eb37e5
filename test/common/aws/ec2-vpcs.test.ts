import { test } from 'tap';
import { rejectionOf } from '../../rejection.ts';
import { vpcId } from './aws-rig.ts';
import { orchestratorRig } from './orchestrator-rig.ts';

test('reads both DNS attributes of a VPC, each for itself', async (t) => {
  const half = { id: 'vpc-00000000000000002', cidr: '10.9.0.0/16', enableDnsHostnames: false };
  const other = { id: 'vpc-00000000000000003', cidr: '10.8.0.0/16', enableDnsSupport: false };
  const { aws, live } = await orchestratorRig(t, { vpcs: [{ id: vpcId, cidr: '10.0.0.0/16' }, half, other] });
  t.strictSame(await aws.vpcs.dns(vpcId, live), { enableDnsSupport: true, enableDnsHostnames: true });
  t.strictSame(await aws.vpcs.dns(half.id, live), { enableDnsSupport: true, enableDnsHostnames: false });
  t.strictSame(await aws.vpcs.dns(other.id, live), { enableDnsSupport: false, enableDnsHostnames: true });
  t.match(await rejectionOf(aws.vpcs.dns('vpc-0123456789abcdef0', live)), { code: 'FC-AWS-004' });
});
