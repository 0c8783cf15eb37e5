import type { MemberRecord, ServiceVolume } from '../../../common/domain/records.ts';
import { bounded } from '../../../common/runtime/bounded.ts';
import { unlessAbsent } from '../../records/service-view.ts';
import { retried } from '../../retried.ts';
import type { Reading } from '../prober.ts';

/** A service that has records. */
export interface KnownService {
  readonly name: string;
  /** undefined in records of FireCamp, and where the attributes are missing. */
  readonly namespace: string | undefined;
  /** Empty for a service without names, and where the attributes are missing. */
  readonly domain: string;
  /** What each member has; none where the attributes are missing. */
  readonly volumes: readonly ServiceVolume[];
  readonly members: readonly MemberRecord[];
}

/** Services whose records are read at a time. */
const servicesAtOnce = 8;

/** Every service of this cluster's records, with its members; all namespaces' where the records are in DynamoDB. */
export async function readInventory(operation: Reading): Promise<KnownService[]> {
  const { ports, signal } = operation;
  const services = await retried(operation, () => ports.store.list('service', {}, { signal }));
  return bounded(signal, services, servicesAtOnce, async ({ record }, joined) => {
    const { serviceUuid, serviceName: name } = record;
    const reading = { ports, signal: joined };
    const [attr, members] = await Promise.all([
      unlessAbsent(retried(reading, () => ports.store.get('serviceAttr', { serviceUuid }, { signal: joined }))),
      retried(reading, () => ports.store.list('member', { serviceUuid }, { signal: joined })),
    ]);
    const namespace = attr?.record.namespace;
    const domain = attr?.record.registerDns ? attr.record.domainName : '';
    const specs = attr?.record.volumes;
    const volumes = specs ? [specs.primaryVolume, specs.journalVolume].filter(({ volumeType }) => volumeType) : [];
    return { name, namespace, domain, volumes, members: members.map((member) => member.record) };
  });
}
