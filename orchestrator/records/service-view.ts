import { FirecampError } from '../../common/domain/errors.ts';
import type { MemberRecord, ServiceAttrRecord, ServiceRecord } from '../../common/domain/records.ts';
import { RecordNotFoundError, type Stored } from '../../common/ports/record-store.ts';
import { together } from '../../common/runtime/together.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';

/** What the records say of a service; a creation or deletion that was cut off leaves parts of it. */
export interface ServiceView {
  readonly service: Stored<ServiceRecord>;
  readonly attr: Stored<ServiceAttrRecord> | undefined;
  /** By ordinal; members of a name that is no `<service>-<ordinal>` are left out. */
  readonly members: ReadonlyMap<number, Stored<MemberRecord>>;
}

/**
 * The records of the service: its own first, then attributes and members side by side.
 *
 * @returns undefined when there is no service of this name
 * @throws FirecampError FC-REC-008 when it belongs to another namespace
 */
export async function findService(
  { ports, settings, signal }: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  name: string,
): Promise<ServiceView | undefined> {
  const operation = { ports, signal };
  const service = await unlessAbsent(
    retried(operation, () => ports.store.get('service', { serviceName: name }, { signal })),
  );
  if (service === undefined) return undefined;
  const { serviceUuid } = service.record;
  const [attr, members] = await together(signal, [
    (joined) =>
      unlessAbsent(retried(operation, () => ports.store.get('serviceAttr', { serviceUuid }, { signal: joined }))),
    (joined) => retried(operation, () => ports.store.list('member', { serviceUuid }, { signal: joined })),
  ]);
  const owner = attr?.record.namespace;
  if (owner !== undefined && owner !== settings.namespace) {
    const message = `The service ${name} of cluster ${settings.cluster} belongs to namespace ${owner}, not to ${settings.namespace}.`;
    throw new FirecampError('FC-REC-008', message, { fields: { service: name, namespace: owner } });
  }
  return { service, attr, members: byOrdinal(name, members) };
}

/**
 * As `findService`; `unprepared` where the cluster has no table of records yet, and so no service either. `BatchRecordStore.prepare` makes it.
 */
export async function findFirstService(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  name: string,
): Promise<ServiceView | 'unprepared' | undefined> {
  try {
    return await findService(operation, name);
  } catch (error) {
    const isMissing = error instanceof FirecampError && error.code === 'FC-REC-006';
    if (isMissing && operation.settings.dbType === 'clouddb') return 'unprepared';
    throw error;
  }
}

/** As `findService`, and undefined also where the cluster has no table of records yet. */
export async function findServiceIfAny(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  name: string,
): Promise<ServiceView | undefined> {
  const first = await findFirstService(operation, name);
  return first === 'unprepared' ? undefined : first;
}

/** As `findService`. @throws FirecampError FC-SVC-002 when there is none */
export async function getService(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  name: string,
): Promise<ServiceView> {
  const found = await findService(operation, name);
  if (found !== undefined) return found;
  const { cluster, namespace } = operation.settings;
  const message = `There is no service ${name} in namespace ${namespace} of cluster ${cluster}.`;
  throw new FirecampError('FC-SVC-002', message, { fields: { service: name, namespace, cluster } });
}

/** The record, or undefined in place of `RecordNotFoundError`. */
export async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof RecordNotFoundError) return undefined;
    throw error;
  }
}

function byOrdinal(service: string, members: readonly Stored<MemberRecord>[]): Map<number, Stored<MemberRecord>> {
  const named = members.flatMap((member): [number, Stored<MemberRecord>][] => {
    const { memberName } = member.record;
    const ordinal = memberName.startsWith(`${service}-`) ? memberName.slice(service.length + 1) : '';
    return /^(0|[1-9]\d*)$/.test(ordinal) ? [[Number(ordinal), member]] : [];
  });
  return new Map(named.sort(([one], [other]) => one - other));
}
