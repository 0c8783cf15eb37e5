import { FirecampError } from '../../common/domain/errors.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';
import type { ServiceView } from './service-view.ts';
import { fromStoredDefinition, storedConfigFiles } from './stored-definition.ts';

/** Config files that are read at a time. */
const filesAtOnce = 16;

/**
 * The definition that the service was made from or last changed to, with the templates of its config files; they are read side by side.
 *
 * @throws FirecampError FC-SVC-004 when the records hold none: FireCamp made the service, or its creation was cut off before; FC-REC-002
 * when it cannot be read; RecordNotFoundError when a template is gone
 */
export async function readDefinition(
  operation: Pick<Operation, 'ports' | 'signal'>,
  { service, attr }: Pick<ServiceView, 'service' | 'attr'>,
): Promise<ServiceDefinition> {
  const { serviceName, serviceUuid } = service.record;
  const stored = attr?.record.definition;
  if (stored === undefined) {
    const message = `The records of the service ${serviceName} do not hold its definition.`;
    throw new FirecampError('FC-SVC-004', message, { fields: { service: serviceName, serviceUuid } });
  }
  const { ports, signal } = operation;
  const ids = storedConfigFiles(stored).map(({ templateId }) => templateId);
  const contents = await bounded(signal, ids, filesAtOnce, async (fileId, joined) => {
    const get = () => ports.store.get('configFile', { serviceUuid, fileId }, { signal: joined });
    const { record } = await retried({ ports, signal: joined }, get);
    return [fileId, record.content] as const;
  });
  return fromStoredDefinition(stored, new Map(contents));
}
