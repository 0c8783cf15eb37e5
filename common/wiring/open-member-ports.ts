import { awsConfigFrom } from '../aws/aws-config.ts';
import { openAws } from '../aws/open-aws.ts';
import type { memberSettings } from '../config/member-settings.ts';
import { RequestFailedError } from '../domain/errors.ts';
import { AbstractSocketLock } from '../host/abstract-socket-lock.ts';
import { IpHostNetwork } from '../host/ip-host-network.ts';
import { HostMemberFiles } from '../host/member-files.ts';
import { ApiClient } from '../k8s/api-client.ts';
import { PodEvents } from '../k8s/events.ts';
import { ApiPods } from '../k8s/pods.ts';
import type { Log } from '../ports/log.ts';
import type { MemberPorts } from '../ports/member-ports.ts';
import { InvalidConfigurationError, type ResolvedSettings } from '../runtime/settings.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { dynamoDbRecordStore } from '../store/clouddb/open.ts';
import { configMapRecordStore } from '../store/k8sdb/open.ts';

type MemberConfig = ResolvedSettings<typeof memberSettings>['values'];

/**
 * The real adapters behind the ports of a member's programs. Close them at the end, or kept connections hold the process; that waits for Events
 * under way, for half a second at most.
 */
export interface OpenMemberPorts extends AsyncDisposable {
  readonly ports: MemberPorts;
  /** Starts getting region and credentials, so that the first AWS call does not wait for them. Its failure shows at that call. */
  warmUp(signal: AbortSignal): void;
}

/** Where the API server is, by the settings or as kubelet tells a pod; undefined outside of both. */
function apiServerUrl(config: MemberConfig): string | undefined {
  if (config.apiUrl !== undefined) return config.apiUrl;
  const { inClusterHost: host, inClusterPort: port } = config;
  if (host === undefined || port === undefined) return undefined;
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** @throws InvalidConfigurationError when there is no API server to ask */
export function assertApiServerKnown(config: MemberConfig): void {
  if (apiServerUrl(config) !== undefined) return;
  throw new InvalidConfigurationError([
    'variables KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set (kubelet sets them in a pod): needed is the API server, or FIRECAMP_K8S_URL outside a pod',
  ]);
}

/** Builds the adapters; nothing is sent yet. `program` is who Events are from. */
export function openMemberPorts(
  program: string,
  config: MemberConfig,
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): OpenMemberPorts {
  const aws = openAws(awsConfigFrom(env, { region: config.region, dnsServers: config.dnsServers }));
  const server = apiServerUrl(config);
  const api =
    server === undefined
      ? undefined
      : new ApiClient({ server, caFile: config.apiCaFile, tokenFile: config.apiTokenFile });
  const { namespace, memberName: podName, podUid, nodeName } = config;
  const source = { namespace, podName, podUid, program, nodeName };
  const events = new PodEvents(api ?? noApiServer, source, log);
  const ports: MemberPorts = {
    store:
      config.dbType === 'k8sdb'
        ? configMapRecordStore(api ?? noApiServer, config.cluster, config.namespace)
        : dynamoDbRecordStore(aws.clients, config.cluster),
    addresses: aws.addresses,
    metadata: aws.metadata,
    pods: new ApiPods(api ?? noApiServer),
    host: new IpHostNetwork(),
    lock: new AbstractSocketLock(),
    names: aws.names,
    resolver: aws.resolver,
    files: new HostMemberFiles({ configDir: `${config.dataDir}/conf`, runDir: config.runDir }),
    events,
    clock: systemClock,
    random: Math.random,
    log,
  };
  return {
    ports,
    warmUp: (signal) => void aws.prepare({ signal }).catch(() => undefined),
    async [Symbol.asyncDispose]() {
      await events.settled();
      aws.close();
      await api?.close();
    },
  };
}

/** Outside a cluster (TESTMODE) nothing can be told of the pod, nor of records that are ConfigMaps. */
const noApiServer: Pick<ApiClient, 'request'> = {
  async request() {
    const message = 'No API server is known: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set.';
    throw new RequestFailedError('FC-K8S-001', message, { effect: 'none', transient: false });
  },
};
