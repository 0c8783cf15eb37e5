import type { CloudAccess } from '../ports/cloud-access.ts';
import type { HeldAddresses } from '../ports/held-addresses.ts';
import type { HostedZoneService } from '../ports/hosted-zones.ts';
import type { InstanceService } from '../ports/instances.ts';
import type { NodeInterfaceService } from '../ports/node-interfaces.ts';
import type { QuotaService } from '../ports/quotas.ts';
import type { SubnetService } from '../ports/subnets.ts';
import type { VolumeService } from '../ports/volumes.ts';
import type { VpcService } from '../ports/vpcs.ts';
import type { AwsConfig } from './aws-config.ts';
import { Ec2DryRun } from './ec2-dry-run.ts';
import { Ec2HeldAddresses } from './ec2-held-addresses.ts';
import { Ec2Instances } from './ec2-instances.ts';
import { Ec2NodeInterfaces } from './ec2-node-interfaces.ts';
import { Ec2Subnets } from './ec2-subnets.ts';
import { Ec2Volumes } from './ec2-volumes.ts';
import { Ec2Vpcs } from './ec2-vpcs.ts';
import { type Aws, openAws } from './open-aws.ts';
import { Route53Zones } from './route53-zones.ts';
import { ServiceQuotas } from './service-quotas.ts';

/** AWS behind the ports of the orchestrator, which makes what the members then use. */
export interface OrchestratorAws extends Aws {
  readonly instances: InstanceService;
  readonly nodeInterfaces: NodeInterfaceService;
  readonly heldAddresses: HeldAddresses;
  readonly subnets: SubnetService;
  readonly volumes: VolumeService;
  readonly zones: HostedZoneService;
  readonly vpcs: VpcService;
  readonly access: CloudAccess;
  readonly quotas: QuotaService;
}

/**
 * Builds the orchestrator's adapters over those of the members; nothing is sent yet. Apart from `openAws`, so that the
 * containers' bundle holds no command that they never send. Close it, or a request under way keeps the process alive.
 */
export function openOrchestratorAws(config: AwsConfig): OrchestratorAws {
  const aws = openAws(config);
  const { clients } = aws;
  return {
    ...aws,
    instances: new Ec2Instances(clients),
    nodeInterfaces: new Ec2NodeInterfaces(clients),
    heldAddresses: new Ec2HeldAddresses(clients),
    subnets: new Ec2Subnets(clients),
    volumes: new Ec2Volumes(clients),
    zones: new Route53Zones(clients),
    vpcs: new Ec2Vpcs(clients),
    access: new Ec2DryRun(clients),
    quotas: new ServiceQuotas(clients),
  };
}
