import type { ServiceAttrRecord } from '../../common/domain/records.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import type { Operation } from '../operation.ts';
import { unlessAbsent } from '../records/service-view.ts';
import { retried } from '../retried.ts';

/** Attributes that are read at a time; the stores cannot read them in one request. */
const atOnce = 16;

/** A service of the cluster; without attributes one whose creation has only begun. */
export interface OtherService {
  readonly serviceName: string;
  readonly attr: ServiceAttrRecord | undefined;
}

/** The services of the cluster but this one, with what their attributes say. */
export async function otherServices(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  service: string,
): Promise<OtherService[]> {
  const listed = await retried({ ports, signal }, () => ports.store.list('service', {}, { signal }));
  const others = listed.map(({ record }) => record).filter(({ serviceName }) => serviceName !== service);
  return await bounded(signal, others, atOnce, async ({ serviceName, serviceUuid }, joined) => {
    const get = () => ports.store.get('serviceAttr', { serviceUuid }, { signal: joined });
    const attr = await unlessAbsent(retried({ ports, signal: joined }, get));
    return { serviceName, attr: attr?.record };
  });
}
