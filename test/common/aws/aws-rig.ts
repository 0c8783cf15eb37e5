import type { Test } from 'tap';
import { awsConfigFrom } from '../../../common/aws/aws-config.ts';
import { type Aws, openAws } from '../../../common/aws/open-aws.ts';
import { type Cloud, type CloudOptions, startCloud } from '../../cloud/cloud.ts';
import { demoTopology } from '../../cloud/demo-topology.ts';
import type { Topology } from '../../cloud/topology.ts';

export const node1 = {
  instanceId: 'i-00000000000000001',
  interfaceId: 'eni-00000000000000001',
  mac: '02:00:00:00:00:01',
  primaryIp: '10.0.1.11',
};
export const node2 = { interfaceId: 'eni-00000000000000002', primaryIp: '10.0.1.12' };
export const vpcId = 'vpc-00000000000000001';
export const zoneId = 'Z00000000000000DEMO1';

export interface AwsRig {
  readonly cloud: Cloud;
  readonly aws: Aws;
  /** A signal that nobody aborts. */
  readonly live: { readonly signal: AbortSignal };
}

/**
 * A simulated account and the adapters against it, as the pod on node 1 would have them. The endpoints go where the SDK
 * looks for them: into its own variables.
 *
 * @param env - in place of the credentials of the instance's role, which come through IMDS.
 */
export async function awsRig(
  test: Test,
  parts: Partial<Topology> = {},
  env: Record<string, string> = {},
  options: CloudOptions = {},
): Promise<AwsRig> {
  const cloud = await startCloud(demoTopology(parts), options);
  process.env['AWS_ENDPOINT_URL_EC2'] = cloud.endpoints.ec2;
  process.env['AWS_ENDPOINT_URL_ROUTE_53'] = cloud.endpoints.route53;
  process.env['AWS_ENDPOINT_URL_STS'] = cloud.endpoints.sts;
  process.env['AWS_ENDPOINT_URL_SERVICE_QUOTAS'] = cloud.endpoints.servicequotas;
  const metadata = cloud.endpoints.imds[node1.instanceId];
  const aws = openAws(awsConfigFrom({ AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata, ...env }));
  test.teardown(async () => {
    aws.close();
    await cloud.close();
  });
  return { cloud, aws, live: { signal: new AbortController().signal } };
}
