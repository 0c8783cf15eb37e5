import type { ServiceAttrRecord } from '../../common/domain/records.ts';
import { RecordConflictError, type Stored } from '../../common/ports/record-store.ts';
import type { Operation } from '../operation.ts';
import { nanoseconds } from '../records/config-versions.ts';

/** Writers that come in between at the most: each of them ends. */
const maxTurns = 5;

/**
 * Marks the service as being deleted; from then on nothing else changes it (FC-SVC-003).
 *
 * @returns the attributes as they are now; undefined when they are gone
 */
export async function markDeleting(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  attr: Stored<ServiceAttrRecord>,
): Promise<Stored<ServiceAttrRecord> | undefined> {
  let current = attr;
  for (let turn = 0; turn < maxTurns; turn++) {
    if (current.record.status === 'DELETING') return current;
    const next = { ...current.record, status: 'DELETING', lastModified: nanoseconds(ports.clock.wall()) };
    const [outcome] = await ports.store.writeAll([{ op: 'update', kind: 'serviceAttr', current, next }], { signal });
    if (outcome && 'done' in outcome) return outcome.done;
    if (outcome?.met === undefined) return undefined;
    current = outcome.met;
  }
  throw new RecordConflictError(`attributes of service ${attr.record.serviceName}`, current);
}
