import type { Operation } from '../operation.ts';
import { findOwn } from './workload.ts';

/**
 * Whether the service's StatefulSet is there.
 *
 * @throws FirecampError FC-K8S-005 when the one of this name is somebody else's; whatever keeps the answer from being known
 */
export async function isServiceExist(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  service: string,
): Promise<boolean> {
  return (await findOwn(operation, 'StatefulSet', service)) !== undefined;
}
