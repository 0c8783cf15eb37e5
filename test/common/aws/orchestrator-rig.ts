import type { Test } from 'tap';
import { awsConfigFrom } from '../../../common/aws/aws-config.ts';
import { type OrchestratorAws, openOrchestratorAws } from '../../../common/aws/open-orchestrator-aws.ts';
import type { CloudOptions } from '../../cloud/cloud.ts';
import { defaultPrincipal, type Topology } from '../../cloud/topology.ts';
import { type AwsRig, awsRig } from './aws-rig.ts';

/** `awsRig` with the orchestrator's adapters in place of a member's, and with credentials from the environment. */
export async function orchestratorRig(
  test: Test,
  parts: Partial<Topology> = {},
  options: CloudOptions = {},
): Promise<Omit<AwsRig, 'aws'> & { readonly aws: OrchestratorAws }> {
  const { cloud, live } = await awsRig(test, parts, {}, options);
  const aws = openOrchestratorAws(
    awsConfigFrom({
      AWS_REGION: cloud.endpoints.region,
      AWS_ACCESS_KEY_ID: defaultPrincipal.accessKeyId,
      AWS_SECRET_ACCESS_KEY: defaultPrincipal.secretAccessKey,
    }),
  );
  test.teardown(() => aws.close());
  return { cloud, live, aws };
}
