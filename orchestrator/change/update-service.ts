import { FirecampError } from '../../common/domain/errors.ts';
import { assertNotDeleting } from '../creation/same-service.ts';
import { judgeDefinition } from '../definition/judge-definition.ts';
import type { Operation } from '../operation.ts';
import { readDefinition } from '../records/read-definition.ts';
import { getService } from '../records/service-view.ts';
import type { OperationResult, ServiceUpdate } from '../service-operations.ts';
import { changeService } from './change-service.ts';
import { mergeUpdate } from './merge-update.ts';

/** Others that change the service meanwhile come to an end. */
const maxTurns = 5;

/**
 * Changes single properties of a service; what the update leaves out stays as its records have it, also when somebody else changes the
 * service at the same moment. Restarts nothing: members run what they have until they are restarted, and the answer names them.
 *
 * @throws FirecampError FC-SVC-002; FC-SVC-003 while it is being deleted; FC-SVC-004 when its definition is not known; FC-CFG-001 with
 * every fault of what it would be; FC-K8S-005 to 007; FC-REC-003 when others change it all the time
 */
export async function updateService(
  operation: Operation,
  name: string,
  update: ServiceUpdate,
): Promise<OperationResult> {
  for (let turn = 1; ; turn++) {
    const { attr, ...records } = await getService(operation, name);
    if (attr !== undefined) assertNotDeleting(attr.record);
    const was = await readDefinition(operation, { ...records, attr });
    const is = mergeUpdate(was, update);
    judgeDefinition(is);
    if (attr === undefined) throw new TypeError('a definition is read out of attributes only');
    try {
      return { changes: await changeService(operation, { view: { ...records, attr }, was, is }) };
    } catch (error) {
      const lost = error instanceof FirecampError && error.code === 'FC-REC-003';
      if (!lost || turn === maxTurns) throw error;
    }
  }
}
