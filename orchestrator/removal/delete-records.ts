import type { RecordWrite } from '../../common/ports/batch-record-store.ts';
import { RecordConflictError } from '../../common/ports/record-store.ts';
import { together } from '../../common/runtime/together.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { type ServiceView, unlessAbsent } from '../records/service-view.ts';
import { retried } from '../retried.ts';

/** Others that write these records meanwhile come to an end. */
const maxTurns = 5;

type Deletion = Extract<RecordWrite, { readonly op: 'delete' }>;
type Reading = Pick<Operation, 'ports' | 'signal'>;

/**
 * Deletes the service's records: config files, members and devices first, then its attributes, its own record last, so that whatever is
 * left of a deletion that was cut off is found again.
 */
export async function deleteServiceRecords(
  operation: Operation,
  { service: { record: service } }: Pick<ServiceView, 'service'>,
): Promise<Change[]> {
  const { serviceUuid, serviceName } = service;
  const stages = [
    () => partsOf(operation, serviceUuid, serviceName),
    () => attributesOf(operation, serviceUuid),
    () => serviceOf(operation, serviceUuid, serviceName),
  ];
  if (operation.dryRun !== 'none') {
    const found = await Promise.all(stages.map((read) => read()));
    return found.flat().map(changeOf);
  }
  return await step(operation, { step: 'delete records' }, async () => {
    const changes: Change[] = [];
    for (const read of stages) changes.push(...(await deleteAll(operation, read)));
    return changes;
  });
}

/** Deletes what is left of a service whose name another one has: all that is known by its UUID. */
export async function deleteOrphanRecords(operation: Operation, serviceUuid: string): Promise<Change[]> {
  const parts = await deleteAll(operation, () => partsOf(operation, serviceUuid, undefined));
  return [...parts, ...(await deleteAll(operation, () => attributesOf(operation, serviceUuid)))];
}

/** Deletes all that is read, in batches, until nothing of it is left. */
export async function deleteAll({ ports, signal }: Reading, read: () => Promise<Deletion[]>): Promise<Change[]> {
  const changes: Change[] = [];
  let found = await read();
  for (let turn = 0; found.length > 0; turn++) {
    const outcomes = await ports.store.writeAll(found, { signal });
    const lost = outcomes.flatMap((outcome, index) => ('met' in outcome ? (found[index] ?? []) : []));
    changes.push(...found.filter((one) => !lost.includes(one)).map(changeOf));
    const [first] = lost;
    if (first === undefined) return changes;
    if (turn === maxTurns) throw new RecordConflictError<unknown>(changeOf(first).name, first.current);
    found = await read();
  }
  return changes;
}

/** @param serviceName whose devices go too; undefined for none */
async function partsOf(
  { ports, signal }: Reading,
  serviceUuid: string,
  serviceName: string | undefined,
): Promise<Deletion[]> {
  const { store } = ports;
  const list = <T>(call: () => Promise<T>) => retried({ ports, signal }, call);
  const [files, members, devices] = await together(signal, [
    (joined) => list(() => store.list('configFile', { serviceUuid }, { signal: joined })),
    (joined) => list(() => store.list('member', { serviceUuid }, { signal: joined })),
    (joined) => list(() => store.list('device', {}, { signal: joined })),
  ]);
  const own = devices.filter(({ record }) => record.serviceName === serviceName);
  return [
    ...files.map((current) => ({ op: 'delete', kind: 'configFile', current }) as const),
    ...members.map((current) => ({ op: 'delete', kind: 'member', current }) as const),
    ...own.map((current) => ({ op: 'delete', kind: 'device', current }) as const),
  ];
}

async function attributesOf({ ports, signal }: Reading, serviceUuid: string): Promise<Deletion[]> {
  const get = () => ports.store.get('serviceAttr', { serviceUuid }, { signal });
  const current = await unlessAbsent(retried({ ports, signal }, get));
  return current === undefined ? [] : [{ op: 'delete', kind: 'serviceAttr', current }];
}

/** Another service may have got the name since. */
async function serviceOf({ ports, signal }: Reading, serviceUuid: string, serviceName: string): Promise<Deletion[]> {
  const get = () => ports.store.get('service', { serviceName }, { signal });
  const current = await unlessAbsent(retried({ ports, signal }, get));
  return current?.record.serviceUuid === serviceUuid ? [{ op: 'delete', kind: 'service', current }] : [];
}

function changeOf(deletion: Deletion): Change {
  const about = { action: 'delete', kind: 'record' } as const;
  switch (deletion.kind) {
    case 'configFile':
      return { ...about, kind: 'config file', name: deletion.current.record.fileId };
    case 'member':
      return { ...about, kind: 'member record', name: deletion.current.record.memberName };
    case 'device':
      return { ...about, kind: 'device name', name: deletion.current.record.deviceName };
    case 'serviceAttr':
      return { ...about, name: `attributes of ${deletion.current.record.serviceName}` };
    case 'service':
      return { ...about, name: `service of ${deletion.current.record.serviceName}` };
    case 'staticIp':
      return { ...about, name: `address ${deletion.current.record.ip}` };
  }
}
