import type { BatchRecordStore } from './batch-record-store.ts';
import type { Clock } from './clock.ts';
import type { CloudAccess } from './cloud-access.ts';
import type { HeldAddresses } from './held-addresses.ts';
import type { HostedZoneService } from './hosted-zones.ts';
import type { InstanceService } from './instances.ts';
import type { KubeObjects } from './kube-objects.ts';
import type { Log } from './log.ts';
import type { NameService } from './names.ts';
import type { NodeInterfaceService } from './node-interfaces.ts';
import type { QuotaService } from './quotas.ts';
import type { SubnetService } from './subnets.ts';
import type { VolumeService } from './volumes.ts';
import type { VpcService } from './vpcs.ts';

/** Everything that the orchestrator asks of the world. */
export interface OrchestratorPorts {
  readonly store: BatchRecordStore;
  readonly kube: KubeObjects;
  readonly instances: InstanceService;
  readonly nodeInterfaces: NodeInterfaceService;
  readonly subnets: SubnetService;
  readonly heldAddresses: HeldAddresses;
  readonly volumes: VolumeService;
  readonly zones: HostedZoneService;
  readonly vpcs: VpcService;
  readonly access: CloudAccess;
  readonly quotas: QuotaService;
  readonly names: NameService;
  readonly clock: Clock;
  /** From 0 up to 1: spreads retries. */
  readonly random: () => number;
  /** 32 hex digits that nobody had before. */
  readonly newUuid: () => string;
  readonly log: Log;
}
