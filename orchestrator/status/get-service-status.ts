import { FirecampError } from '../../common/domain/errors.ts';
import type { Operation } from '../operation.ts';
import { assess } from './assess.ts';
import type { Observations } from './observations.ts';
import { type ObserveOptions, observe } from './observe.ts';
import type { ServiceStatus } from './service-status.ts';

/**
 * The state of a service and its members, from Kubernetes, the records, EC2 and Route 53. What could not be read is in it as such.
 *
 * @throws FirecampError FC-SVC-002 when there is neither a record nor an object of the service, for certain; FC-REC-008 when it belongs to
 * another namespace
 */
export async function getServiceStatus(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  name: string,
  options: ObserveOptions = {},
): Promise<ServiceStatus> {
  const { seen } = await observe(operation, name, options);
  if (isGone(seen)) throw serviceNotFound(operation, name);
  return assess(seen);
}

/** Whether nothing of the service is left, for certain. */
export function isGone({ records, workload, pods }: Observations): boolean {
  if ('unknown' in records || 'unknown' in workload || 'unknown' in pods) return false;
  return records.value === undefined && workload.value === undefined && pods.value.length === 0;
}

/** FC-SVC-002 */
export function serviceNotFound({ settings }: Pick<Operation, 'settings'>, name: string): FirecampError {
  const { cluster, namespace } = settings;
  const message = `There is no service ${name} in namespace ${namespace} of cluster ${cluster}.`;
  return new FirecampError('FC-SVC-002', message, { fields: { service: name, namespace, cluster } });
}
