import type { Operation } from '../operation.ts';
import { assess } from './assess.ts';
import { isGone, serviceNotFound } from './get-service-status.ts';
import { lookAgain } from './look-again.ts';
import type { ObserveOptions } from './observe.ts';
import type { ServiceStatus } from './service-status.ts';

/**
 * The service's state now, soon after each event of its pods, and every 5 s. It ends when the service is gone.
 *
 * @throws FirecampError FC-SVC-002 when there is no such service to begin with, FC-REC-008 when it belongs to another namespace
 */
export async function* watchStatus(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  name: string,
  options: ObserveOptions = {},
): AsyncGenerator<ServiceStatus, void> {
  let first = true;
  for await (const seen of lookAgain(operation, name, options)) {
    if (isGone(seen)) {
      if (first) throw serviceNotFound(operation, name);
      return;
    }
    first = false;
    yield assess(seen);
  }
}
