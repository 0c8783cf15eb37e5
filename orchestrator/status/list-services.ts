import { asFirecampError } from '../../common/domain/errors.ts';
import type { ServiceAttrRecord, ServiceRecord } from '../../common/domain/records.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { together } from '../../common/runtime/together.ts';
import { textAt } from '../definition/field-reader.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import { unlessAbsent } from '../records/service-view.ts';
import { retried } from '../retried.ts';
import type { ServiceSummary } from './service-status.ts';
import { workloadState } from './workload-state.ts';

type Listing = Pick<Operation, 'ports' | 'settings' | 'signal'>;

/** FireCamp's label, which its own StatefulSets have, too. */
const serviceLabel = 'firecamp-servicename';
const attrsAtOnce = 8;

interface RecordedService {
  readonly service: ServiceRecord;
  /** undefined when there is none. */
  readonly attr: ServiceAttrRecord | undefined;
}

/**
 * The services of the namespace, or of all namespaces, by namespace and name: those that have a StatefulSet or Deployment, and those of this
 * cluster that have records only. Where records are ConfigMaps, those of the operation's own namespace are read. Records that cannot be
 * read leave `recordStatus` out, and a warning in the log.
 *
 * @throws FirecampError FC-K8S-001 or FC-K8S-002 when Kubernetes does not tell
 */
export async function listServices(
  operation: Listing,
  { allNamespaces = false }: { readonly allNamespaces?: boolean } = {},
): Promise<ServiceSummary[]> {
  const [sets, deployments, recorded] = await together<[LiveObject[], LiveObject[], RecordedService[]]>(
    operation.signal,
    [
      (signal) => listKind({ ...operation, signal }, 'StatefulSet', allNamespaces),
      (signal) => listKind({ ...operation, signal }, 'Deployment', allNamespaces),
      (signal) => listRecords({ ...operation, signal }),
    ],
  );
  const running = [...sets, ...deployments].map((live) => withWorkload(operation, live, recorded));
  const others = recorded
    .filter((one) => !running.some((summary) => isRecordOf(operation, one, summary)))
    .map((one) => recordOnly(operation, one))
    .filter(({ namespace }) => allNamespaces || namespace === operation.settings.namespace);
  return [...running, ...others].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

async function listKind(operation: Listing, kind: 'StatefulSet' | 'Deployment', all: boolean): Promise<LiveObject[]> {
  const { ports, settings, signal } = operation;
  const scope = { labelSelector: serviceLabel, ...(!all && { namespace: settings.namespace }) };
  const { items } = await retried(operation, () => ports.kube.list(kinds[kind], scope, { signal }));
  return [...items];
}

async function listRecords(operation: Listing): Promise<RecordedService[]> {
  const { ports, signal } = operation;
  const { store, log } = ports;
  try {
    const services = await retried(operation, () => store.list('service', {}, { signal }));
    return await bounded(signal, services, attrsAtOnce, async ({ record }, joined) => {
      const key = { serviceUuid: record.serviceUuid };
      const get = () => unlessAbsent(store.get('serviceAttr', key, { signal: joined }));
      return { service: record, attr: (await retried({ ports, signal: joined }, get))?.record };
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const { code, message } = asFirecampError(error);
    log.warn(`the records could not be read, so the services’ states are not known: ${message}`, { code });
    return [];
  }
}

/** FireCamp's records name no namespace: in DynamoDB, which all namespaces have in common, they are of whichever the objects are in. */
function isRecordOf(
  { settings }: Listing,
  { service, attr }: RecordedService,
  { name, namespace, cluster }: Pick<ServiceSummary, 'name' | 'namespace' | 'cluster'>,
): boolean {
  const unnamed = settings.dbType === 'clouddb' ? namespace : settings.namespace;
  return cluster === settings.cluster && service.serviceName === name && (attr?.namespace ?? unnamed) === namespace;
}

function withWorkload(listing: Listing, live: LiveObject, recorded: readonly RecordedService[]): ServiceSummary {
  const { settings } = listing;
  const { type, ready, desired, stoppedFrom, image, createdAt } = workloadState(live);
  const namespace = live.metadata.namespace ?? settings.namespace;
  const name = textAt(live, 'metadata', 'labels', serviceLabel) ?? live.metadata.name;
  const cluster = textAt(live, 'metadata', 'labels', 'app.kubernetes.io/part-of') ?? settings.cluster;
  const own = recorded.find((one) => isRecordOf(listing, one, { name, namespace, cluster }));
  const recordStatus = own?.attr?.status;
  return { name, namespace, cluster, type, running: ready, desired, stoppedFrom, recordStatus, image, createdAt };
}

/** A service whose creation or deletion was cut off. */
function recordOnly({ settings }: Listing, { service, attr }: RecordedService): ServiceSummary {
  return {
    name: service.serviceName,
    namespace: attr?.namespace ?? settings.namespace,
    cluster: settings.cluster,
    type: attr?.serviceType === 'stateless' ? 'stateless' : 'stateful',
    running: 0,
    desired: attr?.replicas ?? 0,
    stoppedFrom: undefined,
    recordStatus: attr?.status,
    image: undefined,
    createdAt: undefined,
  };
}

function keyOf({ namespace, name, cluster }: ServiceSummary): string {
  return `${namespace}/${name}/${cluster}`;
}
