import { FirecampError } from '../../common/domain/errors.ts';
import type { ServiceAttrRecord } from '../../common/domain/records.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { definitionDifferences, differenceText } from '../records/definition-differences.ts';

/**
 * Whether creation may go on with attributes that are there already.
 *
 * @param was the definition in them; undefined where they hold none
 * @throws FirecampError FC-REC-008 when the service is another namespace's, FC-SVC-003 when it is being deleted, FC-SVC-001 with every
 * difference when it was made from another definition
 */
export function assertSameService(
  attr: ServiceAttrRecord,
  was: ServiceDefinition | undefined,
  is: ServiceDefinition,
): void {
  const service = is.name;
  if (attr.namespace !== undefined && attr.namespace !== is.namespace) {
    const message = `The service ${service} of cluster ${is.cluster} belongs to namespace ${attr.namespace}, not to ${is.namespace}.`;
    throw new FirecampError('FC-REC-008', message, { fields: { service, namespace: attr.namespace } });
  }
  assertNotDeleting(attr);
  if (was === undefined) {
    const message = `There is a service ${service} already, and its records do not say what it was made from.`;
    throw new FirecampError('FC-SVC-001', message, { fields: { service, serviceUuid: attr.serviceUuid } });
  }
  const differences = definitionDifferences(was, is).map(differenceText);
  if (differences.length === 0) return;
  const message = `There is a service ${service} already, made from another definition:\n- ${differences.join('\n- ')}`;
  throw new FirecampError('FC-SVC-001', message, { fields: { service, differences } });
}

/** @throws FirecampError FC-SVC-003 when the deletion of the service has begun */
export function assertNotDeleting({ serviceName, status }: ServiceAttrRecord): void {
  if (status !== 'DELETING' && status !== 'DELETED') return;
  const message = `The service ${serviceName} is being deleted (its status is ${status}).`;
  throw new FirecampError('FC-SVC-003', message, { fields: { service: serviceName, status } });
}
