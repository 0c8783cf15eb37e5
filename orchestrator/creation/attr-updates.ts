import { FirecampError } from '../../common/domain/errors.ts';
import type { ServiceAttrRecord } from '../../common/domain/records.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import type { Operation } from '../operation.ts';
import { nanoseconds } from '../records/config-versions.ts';
import { assertNotDeleting } from './same-service.ts';

/** Fields of the attributes that creation and change set after the attributes were made. */
export type AttrChange = Partial<
  Omit<ServiceAttrRecord, 'serviceUuid' | 'revision' | 'cluster' | 'serviceName' | 'lastModified' | 'unknown'>
>;

const maxTurns = 20;

/**
 * Changes the attributes by compare-and-set; met by another write, it judges what stands there now and tries again. What is so already is not
 * written.
 *
 * @param change what shall be otherwise, given what there is
 * @throws FirecampError FC-SVC-003 once the service is being deleted, FC-REC-003 when the attributes are gone or are changed all the time
 */
export async function updateAttributes(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  stored: Stored<ServiceAttrRecord>,
  change: (record: ServiceAttrRecord) => AttrChange,
): Promise<Stored<ServiceAttrRecord>> {
  let current = stored;
  for (let turn = 0; turn < maxTurns; turn++) {
    assertNotDeleting(current.record);
    const fields = change(current.record);
    if (isSo(current.record, fields)) return current;
    const next = { ...current.record, ...fields, lastModified: nanoseconds(ports.clock.wall()) };
    const [outcome] = await ports.store.writeAll([{ op: 'update', kind: 'serviceAttr', current, next }], { signal });
    const stands = outcome && ('done' in outcome ? outcome.done : outcome.met);
    if (stands === undefined) throw lost(current.record, 'deleted');
    if (outcome && 'done' in outcome) return stands;
    current = stands;
  }
  throw lost(current.record, `changed ${maxTurns} times`);
}

function isSo(record: ServiceAttrRecord, fields: AttrChange): boolean {
  const now: Readonly<Record<string, unknown>> = { ...record };
  return Object.entries(fields).every(([name, value]) => JSON.stringify(now[name]) === JSON.stringify(value));
}

function lost({ serviceName }: ServiceAttrRecord, how: string): FirecampError {
  const message = `The attributes of the service ${serviceName} were ${how} by somebody else.`;
  return new FirecampError('FC-REC-003', message, { fields: { service: serviceName } });
}
