import { FirecampError } from '../../common/domain/errors.ts';
import type { ServiceAttrRecord, ServiceRecord } from '../../common/domain/records.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import { together } from '../../common/runtime/together.ts';
import { type Operation, step } from '../operation.ts';
import { type ServiceView, unlessAbsent } from '../records/service-view.ts';
import { deleteOrphanRecords } from '../removal/delete-records.ts';
import { releaseAddresses } from '../removal/release-addresses.ts';
import { removeService } from '../removal/remove-service.ts';
import { retried } from '../retried.ts';
import { assertNotDeleting } from './same-service.ts';

/** Whether `assertNotDeleted` has thrown it for what it found. */
export function isDeletion(error: unknown): error is FirecampError {
  return error instanceof FirecampError && ['FC-SVC-003', 'FC-REC-003'].includes(error.code);
}

/**
 * Runs a creation or a change that makes things for members. When it fails and the service has been deleted beside it, what it has made after
 * the deletion had looked is taken away again: no record would name it, and nobody would ever find it. EBS volumes stay, as their tags say
 * whose they are.
 *
 * @throws what `run` does, but FC-SVC-003 or FC-REC-003 where the service has been deleted
 */
export async function givingWay<T>(
  operation: Operation,
  view: Pick<ServiceView, 'service'> & { readonly attr: Stored<ServiceAttrRecord> },
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (operation.dryRun !== 'none' || operation.signal.aborted) throw error;
    throw (await undoIfDeleted(operation, view)) ?? error;
  }
}

/**
 * To be asked after something was written that a deletion has to find: one that begins later looks later. Its own record is looked at too, as
 * a deletion that came before the attributes has not seen them.
 *
 * @throws FirecampError FC-SVC-003 when the deletion of the service has begun, FC-REC-003 when it has ended
 */
export async function assertNotDeleted(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  { serviceName, serviceUuid }: Pick<ServiceRecord, 'serviceName' | 'serviceUuid'>,
): Promise<void> {
  const { store } = ports;
  const [attr, service] = await together(signal, [
    (joined) => unlessAbsent(read(joined, () => store.get('serviceAttr', { serviceUuid }, { signal: joined }))),
    (joined) => unlessAbsent(read(joined, () => store.get('service', { serviceName }, { signal: joined }))),
  ]);
  if (attr !== undefined) assertNotDeleting(attr.record);
  if (attr !== undefined && service?.record.serviceUuid === serviceUuid) return;
  const message = `The service ${serviceName} was deleted by somebody else meanwhile.`;
  throw new FirecampError('FC-REC-003', message, { fields: { service: serviceName } });

  function read<T>(joined: AbortSignal, call: () => Promise<T>): Promise<T> {
    return retried({ ports, signal: joined }, call);
  }
}

/** @returns that the service was deleted, where it was */
async function undoIfDeleted(
  operation: Operation,
  view: Pick<ServiceView, 'service'> & { readonly attr: Stored<ServiceAttrRecord> },
): Promise<FirecampError | undefined> {
  const { log } = operation.ports;
  const { serviceName } = view.service.record;
  const deleted = await assertNotDeleted(operation, view.service.record).then(
    () => undefined,
    (error: unknown) => (isDeletion(error) ? error : undefined),
  );
  if (deleted === undefined) return undefined;
  try {
    await step(operation, { step: 'take back what was made for a deleted service' }, () => undo(operation, view));
  } catch (error) {
    const message = `Not all could be taken back that was made for the service ${serviceName} while it was being deleted.`;
    log.warn(message, { service: serviceName, error: error instanceof Error ? error.message : String(error) });
  }
  return deleted;
}

async function undo(
  operation: Operation,
  { service, attr }: Pick<ServiceView, 'service'> & { readonly attr: Stored<ServiceAttrRecord> },
): Promise<void> {
  const { store } = operation.ports;
  const { signal } = operation;
  const { serviceName, serviceUuid } = service.record;
  const list = await retried(operation, () => store.list('member', { serviceUuid }, { signal }));
  const now = await unlessAbsent(retried(operation, () => store.get('service', { serviceName }, { signal })));
  if (now === undefined || now.record.serviceUuid === serviceUuid) {
    await removeService(operation, { service, attr, members: new Map(list.entries()) }, false);
    return;
  }
  // A new service has the name, and with it the names in Kubernetes and DNS.
  const ips = list.flatMap(({ record: { staticIp } }) => (staticIp === '' ? [] : [staticIp]));
  await releaseAddresses(operation, serviceUuid, ips);
  await deleteOrphanRecords(operation, serviceUuid);
}
