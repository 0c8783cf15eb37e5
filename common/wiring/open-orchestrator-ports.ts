import { randomUUID } from 'node:crypto';
import type { AwsConfig } from '../aws/aws-config.ts';
import { openOrchestratorAws } from '../aws/open-orchestrator-aws.ts';
import { ApiClient } from '../k8s/api-client.ts';
import { ApiObjects } from '../k8s/api-objects.ts';
import type { ChosenCluster } from '../k8s/kubeconfig.ts';
import type { Log } from '../ports/log.ts';
import type { OrchestratorPorts } from '../ports/orchestrator-ports.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { dynamoDbBatchStore } from '../store/clouddb/open-batches.ts';
import { configMapBatchStore } from '../store/k8sdb/open-batches.ts';

/** Which account, which cluster, and where the records are. */
export interface OrchestratorAccess {
  readonly aws: AwsConfig;
  readonly cluster: ChosenCluster;
  readonly settings: {
    /** FireCamp's name of the cluster. */
    readonly cluster: string;
    readonly namespace: string;
    readonly dbType: 'clouddb' | 'k8sdb';
  };
  /** Milliseconds for one request to the API server; the client's own limit without. */
  readonly requestTimeoutMs?: number;
  readonly log: Log;
}

/** The ports and what is to be closed when the work is over: a request under way would keep the process alive. */
export interface OpenOrchestratorPorts {
  readonly ports: OrchestratorPorts;
  close(): void;
}

/** Builds the orchestrator's adapters; nothing is sent yet. */
export function openOrchestratorPorts(access: OrchestratorAccess): OpenOrchestratorPorts {
  const { cluster, settings, requestTimeoutMs: timeoutMs } = access;
  const aws = openOrchestratorAws(access.aws);
  const { server, access: as } = cluster;
  const api = new ApiClient({ server, access: as, ...(timeoutMs !== undefined && { timeoutMs }) });
  const retry = { clock: systemClock, random: Math.random };
  const ports: OrchestratorPorts = {
    store:
      settings.dbType === 'k8sdb'
        ? configMapBatchStore(api, settings.cluster, settings.namespace, retry)
        : dynamoDbBatchStore(aws.clients, settings.cluster, retry),
    kube: new ApiObjects(api),
    instances: aws.instances,
    nodeInterfaces: aws.nodeInterfaces,
    subnets: aws.subnets,
    heldAddresses: aws.heldAddresses,
    volumes: aws.volumes,
    zones: aws.zones,
    vpcs: aws.vpcs,
    access: aws.access,
    quotas: aws.quotas,
    names: aws.names,
    ...retry,
    newUuid: () => randomUUID().replaceAll('-', ''),
    log: access.log,
  };
  return {
    ports,
    close() {
      aws.close();
      void api.close();
    },
  };
}
